package dev.aicortex.prompt.template;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The functions that templates of models use, on texts, whole numbers, flags, lists and maps. */
final class Functions {
    private Functions() {}

    /** What Go takes for true. */
    static boolean truth(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean flag -> flag;
            case Long number -> number != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> true;
        };
    }

    static @Nullable Object call(String name, List<@Nullable Object> arguments) {
        return switch (name) {
            case "eq" -> equal(arguments);
            case "ne" -> !equal(arguments);
            case "lt" -> order(arguments) < 0;
            case "le" -> order(arguments) <= 0;
            case "gt" -> order(arguments) > 0;
            case "ge" -> order(arguments) >= 0;
            case "not" -> !truth(argument(arguments, 0));
            case "len" -> length(argument(arguments, 0));
            case "slice" -> slice(arguments);
            case "index" -> index(arguments);
            default -> throw new UnreadableTemplateException("it uses the function " + name);
        };
    }

    private static @Nullable Object argument(List<@Nullable Object> arguments, int index) {
        if (index >= arguments.size()) {
            throw new UnreadableTemplateException("a function has too few arguments");
        }
        return arguments.get(index);
    }

    /** Whether the first is one of the others. */
    private static boolean equal(List<@Nullable Object> arguments) {
        Object first = argument(arguments, 0);
        argument(arguments, 1);
        return arguments.stream().skip(1).anyMatch(other -> Objects.equals(first, other));
    }

    private static int order(List<@Nullable Object> arguments) {
        return Long.compare(number(argument(arguments, 0)), number(argument(arguments, 1)));
    }

    private static long number(@Nullable Object value) {
        if (value instanceof Long number) {
            return number;
        }
        throw new UnreadableTemplateException("no number: " + value);
    }

    private static long length(@Nullable Object value) {
        return switch (value) {
            case String text -> text.length();
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            case null, default -> throw new UnreadableTemplateException("no length: " + value);
        };
    }

    private static Object slice(List<@Nullable Object> arguments) {
        Object of = argument(arguments, 0);
        int from = arguments.size() > 1 ? (int) number(arguments.get(1)) : 0;
        int to = arguments.size() > 2 ? (int) number(arguments.get(2)) : (int) length(of);
        if (from < 0 || to < from || to > length(of)) {
            throw new UnreadableTemplateException("a slice is out of range");
        }
        return of instanceof String text
                ? text.substring(from, to)
                : ((List<?>) Objects.requireNonNull(of)).subList(from, to);
    }

    private static @Nullable Object index(List<@Nullable Object> arguments) {
        Object of = argument(arguments, 0);
        Object at = argument(arguments, 1);
        if (of instanceof List<?> list && at instanceof Long i && i >= 0 && i < list.size()) {
            return list.get(i.intValue());
        }
        if (of instanceof Map<?, ?> map) {
            return map.get(at);
        }
        throw new UnreadableTemplateException("an index is out of range");
    }
}
