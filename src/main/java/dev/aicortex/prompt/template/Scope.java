package dev.aicortex.prompt.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables of a block, inside those of the block around it. */
final class Scope {
    private final @Nullable Scope around;
    private final Map<String, @Nullable Object> variables = new HashMap<>();

    Scope(@Nullable Scope around) {
        this.around = around;
    }

    void declare(String name, @Nullable Object value) {
        variables.put(name, value);
    }

    void assign(String name, @Nullable Object value) {
        holder(name).variables.put(name, value);
    }

    @Nullable Object get(String name) {
        return holder(name).variables.get(name);
    }

    private Scope holder(String name) {
        if (variables.containsKey(name)) {
            return this;
        }
        if (around == null) {
            throw new UnreadableTemplateException("it has no variable " + name);
        }
        return around.holder(name);
    }
}
