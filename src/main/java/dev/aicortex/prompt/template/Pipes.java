package dev.aicortex.prompt.template;

import dev.aicortex.prompt.template.Node.Command;
import dev.aicortex.prompt.template.Node.Operand;
import dev.aicortex.prompt.template.Node.Pipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the words of an action. */
final class Pipes {
    /** Of brackets in brackets. */
    private static final int DEEPEST = 100;

    private final List<String> words;
    private int next;
    private int depth;

    private Pipes(List<String> words) {
        this.words = words;
    }

    static Pipe of(List<String> words) {
        Pipes pipes = new Pipes(words);
        Pipe pipe = pipes.pipe();
        if (pipes.next < words.size()) {
            throw new UnreadableTemplateException("an action cannot be read: " + words);
        }
        return pipe;
    }

    private Pipe pipe() {
        int sign = Math.max(words.indexOf(":="), words.indexOf("="));
        boolean assigns = sign >= 0 && next == 0;
        List<String> names = assigns ? names(words.subList(0, sign)) : List.of();
        boolean declares = assigns && words.get(sign).equals(":=");
        next = assigns ? sign + 1 : next;
        List<Command> commands = new ArrayList<>();
        commands.add(command());
        while (is("|")) {
            next++;
            commands.add(command());
        }
        return new Pipe(names, declares, commands);
    }

    /** Without their dollar signs. */
    private static List<String> names(List<String> words) {
        return words.stream()
                .filter(word -> !word.equals(","))
                .map(word -> word.substring(1))
                .toList();
    }

    private boolean is(String word) {
        return next < words.size() && words.get(next).equals(word);
    }

    private Command command() {
        List<Operand> operands = new ArrayList<>();
        while (next < words.size() && !is("|") && !is(")")) {
            operands.add(operand(words.get(next++)));
        }
        if (operands.isEmpty()) {
            throw new UnreadableTemplateException("an action has no value: " + words);
        }
        return new Command(operands);
    }

    private Operand operand(String word) {
        return switch (word.charAt(0)) {
            case '(' -> group();
            case '.' -> new Operand.Field(path(word.substring(1)));
            case '$' -> variable(word.substring(1));
            case '"', '`' -> new Operand.Literal(unquoted(word));
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
                    new Operand.Literal(number(word));
            default -> named(word);
        };
    }

    private static Long number(String word) {
        try {
            return Long.valueOf(word);
        } catch (NumberFormatException e) {
            throw new UnreadableTemplateException("no number: " + word);
        }
    }

    private static Operand named(String word) {
        return switch (word) {
            case "true" -> new Operand.Literal(true);
            case "false" -> new Operand.Literal(false);
            default -> new Operand.Function(word);
        };
    }

    private Operand group() {
        if (++depth > DEEPEST) {
            throw new UnreadableTemplateException("its brackets are too deep");
        }
        Pipe inner = pipe();
        depth--;
        if (!is(")")) {
            throw new UnreadableTemplateException("a bracket has no end: " + words);
        }
        next++;
        return new Operand.Group(inner);
    }

    private static Operand variable(String word) {
        List<String> parts = path(word);
        boolean root = word.isEmpty() || word.startsWith(".");
        return root
                ? new Operand.Variable("", path(word.isEmpty() ? "" : word.substring(1)))
                : new Operand.Variable(parts.getFirst(), parts.subList(1, parts.size()));
    }

    private static List<String> path(String dotted) {
        return dotted.isEmpty() ? List.of() : Arrays.asList(dotted.split("\\."));
    }

    private static String unquoted(String word) {
        String inner = word.substring(1, word.length() - 1);
        return word.charAt(0) == '`' ? inner : inner.translateEscapes();
    }
}
