package dev.aicortex.translate;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A client's request, to be said natively.
 *
 * @param fields of its body
 * @param texts of its long strings
 * @param model as the server is to be asked for it
 * @param numCtx the context length in tokens
 */
record Asked(Fields fields, LongTexts texts, String model, int numCtx) {
    /** The beginning of a native request: its model, and a stream only where one was asked for. */
    ObjectNode begun() {
        return Json.object().put("model", model).put("stream", fields.flag("stream"));
    }

    Options options() {
        return new Options(fields, numCtx);
    }
}
