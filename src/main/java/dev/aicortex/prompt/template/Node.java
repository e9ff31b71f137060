package dev.aicortex.prompt.template;

import java.util.List;

/** A piece of a template. */
sealed interface Node {
    /** Written as it stands. */
    record Text(String text) implements Node {}

    /** A value that is written, or put into a variable. */
    record Action(Pipe pipe) implements Node {}

    record If(Pipe condition, List<Node> then, List<Node> otherwise) implements Node {}

    /** As {@link If}, with the value as the new dot. */
    record With(Pipe value, List<Node> then, List<Node> otherwise) implements Node {}

    /** Over a list, with each element as the dot. */
    record Range(Pipe list, List<Node> each, List<Node> otherwise) implements Node {}

    /**
     * A value, handed from command to command.
     *
     * @param names of the variables that it goes into; empty when it is written
     * @param declares whether these are new
     */
    record Pipe(List<String> names, boolean declares, List<Command> commands) {}

    /** A function with its arguments, or a single value. */
    record Command(List<Operand> operands) {}

    /** What a command is made of. */
    sealed interface Operand {
        record Function(String name) implements Operand {}

        record Literal(Object value) implements Operand {}

        /** Fields of the dot; without any the dot itself. */
        record Field(List<String> path) implements Operand {}

        /** Fields of a variable; the nameless one is what the template was given. */
        record Variable(String name, List<String> path) implements Operand {}

        record Group(Pipe pipe) implements Operand {}
    }
}
