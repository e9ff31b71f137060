package dev.aicortex.translate;

/**
 * A client's request, to be said natively.
 *
 * @param fields of its body
 * @param texts of its long strings
 * @param model as the server is to be asked for it
 * @param numCtx the context length in tokens; 0 = the server's own
 */
record Asked(Fields fields, LongTexts texts, String model, int numCtx) {
    Options options() {
        return new Options(fields, numCtx);
    }
}
