package dev.aicortex.prompt.template;

/** A template that is wrong, or uses what is not known here. */
final class UnreadableTemplateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableTemplateException(String message) {
        super(message);
    }
}
