package dev.aicortex.translate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/** The {@code options} of a native request. Of values only the server knows which are right. */
final class Options {
    /** What Ollama's compatible routes set where a client says nothing. */
    static final DecimalNode ONE = DecimalNode.valueOf(new BigDecimal("1.0"));

    static final DecimalNode ZERO = DecimalNode.valueOf(new BigDecimal("0.0"));

    private final Fields asked;
    private final ObjectNode options = Json.object();

    Options(Fields asked, int numCtx) {
        this.asked = asked;
        if (numCtx > 0) {
            options.put("num_ctx", numCtx);
        }
    }

    ObjectNode all() {
        return options;
    }

    Options copy(String name) {
        return copy(name, name);
    }

    /** Under the server's name for it; a value that was copied before under that name is lost. */
    Options copy(String name, String natively) {
        if (asked.has(name)) {
            options.set(natively, asked.get(name));
        }
        return this;
    }

    Options copyOr(String name, JsonNode otherwise) {
        options.set(name, asked.has(name) ? asked.get(name) : otherwise);
        return this;
    }

    /** What ends an answer: a text or a list of texts at the client, a list at the server. */
    Options stop(String name) {
        JsonNode stop = asked.get(name);
        if (Fields.isText(stop)) {
            options.set("stop", Json.array().add(stop));
        } else {
            copy(name, "stop");
        }
        return this;
    }
}
