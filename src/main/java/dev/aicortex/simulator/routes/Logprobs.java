package dev.aicortex.simulator.routes;

import dev.aicortex.simulator.engine.Answer.Token;
import dev.aicortex.simulator.engine.Words;
import dev.aicortex.simulator.exchange.Fields;
import dev.aicortex.simulator.exchange.Template;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Made-up log probabilities of tokens. */
final class Logprobs {
    private static final Template ONE = Template.of("'token':#,'logprob':@,'bytes':[@]");

    private Logprobs() {}

    /** How many alternatives a request wants with each; negative when it wants none of all this. */
    static int asked(Fields body) {
        return body.flag("logprobs", false) ? body.number("top_logprobs", 0) : -1;
    }

    static String of(List<Token> tokens, int alternatives) {
        return tokens.stream()
                .map(token -> withAlternatives(token.text(), alternatives))
                .collect(Collectors.joining(","));
    }

    private static String withAlternatives(String text, int alternatives) {
        List<String> others = new ArrayList<>();
        for (int i = 0; i < alternatives; i++) {
            others.add("{" + one(i == 0 ? text : text + i, i) + "}");
        }
        String top = others.isEmpty() ? "" : ",\"top_logprobs\":[" + String.join(",", others) + "]";
        return "{" + one(text, 0) + top + "}";
    }

    private static Buffer one(String text, int rank) {
        List<String> bytes = new ArrayList<>();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(Integer.toString(b & 0xFF));
        }
        double logprob = -rank - (Words.mix(Words.seed(text)) >>> 11) * 0x1p-53;
        return ONE.fill(text, logprob, String.join(",", bytes));
    }
}
