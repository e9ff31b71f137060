package dev.aicortex.prompt.template;

import dev.aicortex.prompt.template.Node.Command;
import dev.aicortex.prompt.template.Node.Operand;
import dev.aicortex.prompt.template.Node.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fills one template once. */
final class Rendering {
    private final Map<String, Object> given;
    private final @Nullable String last;
    private final StringBuilder out = new StringBuilder();
    private boolean over;

    /**
     * @param last the field behind which nothing more is written; null = none
     */
    private Rendering(Map<String, Object> given, @Nullable String last) {
        this.given = given;
        this.last = last;
    }

    static String of(List<Node> nodes, Map<String, Object> given, @Nullable String last) {
        Rendering rendering = new Rendering(given, last);
        rendering.all(nodes, given, new Scope(null));
        return rendering.out.toString();
    }

    private void all(List<Node> nodes, @Nullable Object dot, Scope scope) {
        for (Node node : nodes) {
            if (!over) {
                one(node, dot, scope);
            }
        }
    }

    private void one(Node node, @Nullable Object dot, Scope scope) {
        switch (node) {
            case Node.Text(String text) -> out.append(text);
            case Node.Action(Pipe pipe) -> action(pipe, dot, scope);
            case Node.If branch -> {
                Scope inner = new Scope(scope);
                boolean holds = Functions.truth(value(branch.condition(), dot, inner));
                all(holds ? branch.then() : branch.otherwise(), dot, inner);
            }
            case Node.With with -> {
                Scope inner = new Scope(scope);
                Object value = value(with.value(), dot, inner);
                boolean holds = Functions.truth(value);
                all(holds ? with.then() : with.otherwise(), holds ? value : dot, inner);
            }
            case Node.Range range -> range(range, dot, scope);
        }
    }

    private void action(Pipe pipe, @Nullable Object dot, Scope scope) {
        Object value = value(pipe, dot, scope);
        if (pipe.names().isEmpty()) {
            out.append(text(value));
        }
        over = last != null && mentions(pipe, last);
    }

    private static boolean mentions(Pipe pipe, String field) {
        return pipe.commands().stream()
                .flatMap(command -> command.operands().stream())
                .anyMatch(operand ->
                        operand instanceof Operand.Field(List<String> path)
                                && path.contains(field));
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text;
            case Long number -> number.toString();
            case Boolean flag -> flag.toString();
            default -> throw new UnreadableTemplateException("it writes what is no text");
        };
    }

    private void range(Node.Range range, @Nullable Object dot, Scope scope) {
        Pipe unnamed = new Pipe(List.of(), false, range.list().commands());
        Object value = value(unnamed, dot, scope);
        if (!Functions.truth(value)) {
            all(range.otherwise(), dot, new Scope(scope));
            return;
        }
        if (!(value instanceof List<?> list)) {
            throw new UnreadableTemplateException("it goes through what is no list");
        }
        List<String> names = range.list().names();
        for (int i = 0; i < list.size() && !over; i++) {
            Scope inner = new Scope(scope);
            if (names.size() == 2) {
                inner.declare(names.getFirst(), (long) i);
            }
            if (!names.isEmpty()) {
                inner.declare(names.getLast(), list.get(i));
            }
            all(range.each(), list.get(i), inner);
        }
    }

    private @Nullable Object value(Pipe pipe, @Nullable Object dot, Scope scope) {
        Object value = null;
        for (int i = 0; i < pipe.commands().size(); i++) {
            value = command(pipe.commands().get(i), i > 0, value, dot, scope);
        }
        for (String name : pipe.names()) {
            if (pipe.declares()) {
                scope.declare(name, value);
            } else {
                scope.assign(name, value);
            }
        }
        return value;
    }

    /** What is handed on becomes the last argument. */
    private @Nullable Object command(
            Command command,
            boolean handed,
            @Nullable Object before,
            @Nullable Object dot,
            Scope scope) {
        List<Operand> operands = command.operands();
        if (!(operands.getFirst() instanceof Operand.Function(String name))) {
            if (operands.size() > 1 || handed) {
                throw new UnreadableTemplateException("it calls what is no function");
            }
            return operand(operands.getFirst(), dot, scope);
        }
        List<Operand> arguments = operands.subList(1, operands.size());
        if (name.equals("and") || name.equals("or")) {
            return firstThatDecides(name.equals("or"), arguments, dot, scope);
        }
        List<@Nullable Object> values = new ArrayList<>();
        arguments.forEach(argument -> values.add(operand(argument, dot, scope)));
        if (handed) {
            values.add(before);
        }
        return Functions.call(name, values);
    }

    private @Nullable Object firstThatDecides(
            boolean truth, List<Operand> arguments, @Nullable Object dot, Scope scope) {
        Object value = null;
        for (Operand argument : arguments) {
            value = operand(argument, dot, scope);
            if (Functions.truth(value) == truth) {
                return value;
            }
        }
        return value;
    }

    private @Nullable Object operand(Operand operand, @Nullable Object dot, Scope scope) {
        return switch (operand) {
            case Operand.Literal(Object value) -> value;
            case Operand.Field(List<String> path) -> field(dot, path);
            case Operand.Variable(String name, List<String> path) ->
                    field(name.isEmpty() ? given : scope.get(name), path);
            case Operand.Group(Pipe pipe) -> value(pipe, dot, scope);
            case Operand.Function(String name) -> Functions.call(name, List.of());
        };
    }

    /** A field that nobody has heard of is not guessed. */
    private static @Nullable Object field(@Nullable Object of, List<String> path) {
        Object value = of;
        for (String name : path) {
            if (!(value instanceof Map<?, ?> map) || !map.containsKey(name)) {
                throw new UnreadableTemplateException("it asks for the field " + name);
            }
            value = map.get(name);
        }
        return value;
    }
}
