package dev.aicortex.catalogue;

/** A family's file that cannot be read; it is skipped and the others count. */
public final class MalformedFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String what;

    MalformedFileException(String file, int line, String what) {
        super("%s, line %d: %s".formatted(file, line, what));
        this.what = what;
    }

    /** What is wrong, without the place. */
    public String what() {
        return what;
    }
}
