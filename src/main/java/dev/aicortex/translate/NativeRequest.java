package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A native request in the making. */
final class NativeRequest {
    private final Fields asked;
    private final ObjectNode body = Json.object();

    private NativeRequest(Fields asked) {
        this.asked = asked;
    }

    /** Its model, and a stream only where one was asked for: natively streams are the default. */
    static NativeRequest begun(Asked asked) {
        NativeRequest request = new NativeRequest(asked.fields());
        request.body.put("model", asked.model());
        request.body.put("stream", asked.fields().flag("stream"));
        return request;
    }

    /** A field of the client's that has the same name and form natively. */
    void copy(String name) {
        set(name, asked.get(name));
    }

    /** Nothing where the value is missing or an empty list. */
    void set(String name, JsonNode value) {
        if (!value.isMissingNode() && !(value.isArray() && value.isEmpty())) {
            body.set(name, value);
        }
    }

    ObjectNode with(Options options) {
        body.set("options", options.all());
        return body;
    }
}
