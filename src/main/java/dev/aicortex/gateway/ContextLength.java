package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.ValidationException;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How many tokens of context a request is to have: what its header says, else what is set for the
 * model, else what is set for all.
 */
@Singleton
class ContextLength {
    static final String HEADER = "X-Cortex-Num-Ctx";

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private final Map<ModelName, Integer> ofModels = new HashMap<>();
    private final OptionalInt ofAll;

    ContextLength(CortexConfig config) {
        this.ofAll = config.context().numCtx();
        config.context().models().forEach((model, n) -> ofModels.put(ModelName.of(model), n));
    }

    /**
     * In tokens; empty when each server decides.
     *
     * @param header as the client sent it
     * @throws ValidationException when it is no number of tokens
     */
    OptionalInt of(ModelName model, @Nullable String header) {
        if (header != null) {
            return OptionalInt.of(parse(header.strip()));
        }
        Integer own = ofModels.get(model);
        return own != null ? OptionalInt.of(own) : ofAll;
    }

    private static int parse(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw ValidationException.of(
                    HEADER, text, "is no context length", "send a number of tokens, as in 8192");
        }
        return Integer.parseInt(text);
    }
}
