package dev.aicortex.usage;

/** Texts from outside in a form that any database keeps and any terminal shows. */
final class CleanText {
    /** Names of models are at most this long; a longer text is cut. */
    private static final int MOST = 512;

    private CleanText() {}

    /**
     * Without what is no character of a text: controls, half surrogates, and what turns the
     * direction of writing.
     */
    static String of(String text) {
        if (text.length() <= MOST && text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            return text;
        }
        StringBuilder clean = new StringBuilder(Math.min(text.length(), MOST));
        text.codePoints().filter(CleanText::shown).limit(MOST).forEach(clean::appendCodePoint);
        return clean.toString().strip();
    }

    private static boolean shown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
