package dev.aicortex.keys;

import dev.aicortex.model.ContextTag;
import dev.aicortex.model.Glob;
import dev.aicortex.model.ModelName;
import dev.aicortex.model.Priority;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a key may, whatever it has used. Immutable. */
public final class Grant {
    /** Of whoever needs no key. */
    public static final Grant ALL = new Grant(List.of(), List.of(), Role.ADMIN, null);

    private final @Nullable Pattern models;
    private final @Nullable Pattern routes;
    private final Role role;
    private final @Nullable Priority most;

    /**
     * @param models patterns of names; empty for all
     * @param routes words or patterns of paths; empty for all
     * @param most the highest priority that it may ask for; null for any
     * @throws dev.aicortex.model.ValidationException for a route that is none
     */
    Grant(List<String> models, List<String> routes, Role role, @Nullable Priority most) {
        this.models =
                models.isEmpty() ? null : Glob.anyOf(models.stream().map(Grant::name).toList());
        this.routes = routes.isEmpty() ? null : Routes.of(routes);
        this.role = role;
        this.most = most;
    }

    /** Of whoever may use these models alone, by patterns of names; one at least. */
    public static Grant ofModels(List<String> patterns) {
        return new Grant(patterns, List.of(), Role.USE, null);
    }

    /** A name in the form that is compared; of a pattern as much of that as is certain. */
    private static String name(String model) {
        return Glob.is(model)
                ? model.strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceFirst("^(registry\\.ollama\\.ai/)?(library/)?", "")
                : ModelName.of(model).canonical();
    }

    /** Whether it may use every model. */
    public boolean everyModel() {
        return models == null;
    }

    /** Whether it may use a model: that behind the name where this is a context tag's. */
    public boolean admits(ModelName model) {
        return models == null || models.matcher(ContextTag.modelOf(model.canonical())).matches();
    }

    /**
     * Whether it may ask at a path.
     *
     * @param path in the normal form that routes are matched by
     */
    public boolean admits(String path) {
        return routes == null || routes.matcher(path).matches();
    }

    /** Whether it may change what servers hold, and take models from their memory. */
    public boolean manages() {
        return role.includes(Role.MANAGE);
    }

    /** Whether it may use {@code /admin}. */
    public boolean administers() {
        return role.includes(Role.ADMIN);
    }

    /** The priority that a request gets which asks for this one. */
    public Priority atMost(Priority asked) {
        return most == null || asked.compareTo(most) >= 0 ? asked : most;
    }
}
