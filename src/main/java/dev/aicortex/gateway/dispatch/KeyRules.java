package dev.aicortex.gateway.dispatch;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.LiveConfig;
import dev.aicortex.fleet.Allow;
import dev.aicortex.gateway.request.Caller;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which servers the requests of a key may go to. */
@Singleton
public class KeyRules implements LiveConfig.Part {
    private volatile Map<String, Allow> rules;

    KeyRules(CortexConfig config) {
        this.rules = rules(config);
    }

    private static Map<String, Allow> rules(CortexConfig config) {
        Map<String, Allow> rules = new HashMap<>();
        config.routing()
                .allow()
                .keys()
                .forEach((name, labels) ->
                        rules.put(name, Allow.of("cortex.routing.allow.keys." + name, labels)));
        return Map.copyOf(rules);
    }

    @Override
    public Runnable prepared(CortexConfig next) {
        Map<String, Allow> others = rules(next);
        return () -> rules = others;
    }

    /** The rule of whoever sends this. */
    public Allow of(RoutingContext context) {
        return rules.isEmpty() ? Allow.ALL : of(Caller.of(context));
    }

    /**
     * The rule of a key.
     *
     * @param caller its name; null where no key is asked for
     */
    public Allow of(@Nullable String caller) {
        return caller == null ? Allow.ALL : rules.getOrDefault(caller, Allow.ALL);
    }
}
