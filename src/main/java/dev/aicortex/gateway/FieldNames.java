package dev.aicortex.gateway;

/** How names of JSON fields are compared. */
final class FieldNames {
    private FieldNames() {}

    /**
     * Letter case as an Ollama server folds it when it matches field names: by simple Unicode
     * folding, so that {@code ſtream} is {@code stream} too.
     */
    static String folded(String name) {
        if (isLowerAscii(name)) {
            return name;
        }
        StringBuilder folded = new StringBuilder(name.length());
        name.codePoints()
                .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
                .forEach(folded::appendCodePoint);
        return folded.toString();
    }

    private static boolean isLowerAscii(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 0x7f || (c >= 'A' && c <= 'Z')) {
                return false;
            }
        }
        return true;
    }
}
