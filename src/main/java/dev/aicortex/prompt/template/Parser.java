package dev.aicortex.prompt.template;

import dev.aicortex.prompt.template.Lexer.Piece;
import dev.aicortex.prompt.template.Node.Pipe;
import java.util.ArrayList;
import java.util.List;

/** Puts the pieces of a template into its tree. */
final class Parser {
    private static final List<Node> NOTHING = List.of();

    /** Of blocks in blocks; each {@code else if} is one. */
    private static final int DEEPEST = 200;

    private final List<Piece> pieces;
    private int next;
    private int depth;
    private List<String> end = List.of();

    private Parser(List<Piece> pieces) {
        this.pieces = pieces;
    }

    static List<Node> parse(String template) {
        Parser parser = new Parser(Lexer.pieces(template));
        List<Node> nodes = parser.nodes();
        if (!parser.end.isEmpty()) {
            throw new UnreadableTemplateException("{{ %s }} ends nothing".formatted(parser.end));
        }
        return nodes;
    }

    /** Up to the end of the template, or of the block: then {@link #end} is what ended it. */
    private List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        end = List.of();
        while (next < pieces.size() && end.isEmpty()) {
            switch (pieces.get(next++)) {
                case Piece.Text(String text) -> nodes.add(new Node.Text(text));
                case Piece.Action(List<String> words) -> action(words, nodes);
            }
        }
        return nodes;
    }

    private void action(List<String> words, List<Node> to) {
        switch (words.isEmpty() ? "" : words.getFirst()) {
            case "if", "with", "range" -> to.add(block(words));
            case "end", "else" -> end = words;
            case "define", "template", "block", "break", "continue", "" ->
                    throw new UnreadableTemplateException("it uses {{ %s }}".formatted(words));
            default -> to.add(new Node.Action(Pipes.of(words)));
        }
    }

    private Node block(List<String> words) {
        if (++depth > DEEPEST) {
            throw new UnreadableTemplateException("its blocks are too deep");
        }
        Node block = inner(words);
        depth--;
        return block;
    }

    private Node inner(List<String> words) {
        Pipe pipe = Pipes.of(words.subList(1, words.size()));
        List<Node> then = nodes();
        List<Node> otherwise = otherwise();
        return switch (words.getFirst()) {
            case "if" -> new Node.If(pipe, then, otherwise);
            case "with" -> new Node.With(pipe, then, otherwise);
            default -> new Node.Range(pipe, then, otherwise);
        };
    }

    /** {@code else if} is an {@code if} in the {@code else} that shares its end. */
    private List<Node> otherwise() {
        if (end.isEmpty()) {
            throw new UnreadableTemplateException("a block has no end");
        }
        List<String> by = end;
        if (by.getFirst().equals("end")) {
            end = List.of();
            return NOTHING;
        }
        if (by.size() > 1) {
            return List.of(block(by.subList(1, by.size())));
        }
        List<Node> nodes = nodes();
        if (!end.equals(List.of("end"))) {
            throw new UnreadableTemplateException("an {{ else }} has no end");
        }
        end = List.of();
        return nodes;
    }
}
