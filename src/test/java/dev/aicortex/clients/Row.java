package dev.aicortex.clients;

/**
 * What one client was seen to do with one feature.
 *
 * @param detail the error's own words, for whoever has to find out why the two differ
 */
record Row(String client, String feature, String expected, String observed, String detail) {
    boolean ok() {
        return expected.equals(observed);
    }
}
