package dev.aicortex.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rows whose columns stand under one another; an empty cell shows as a dash. */
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... header) {
        row(header);
    }

    Table row(String... cells) {
        rows.add(Stream.of(cells).map(Table::cell).toList());
        return this;
    }

    private static String cell(String text) {
        return text.isBlank() ? "-" : ControlCharacters.inOneLine(text);
    }

    void print(PrintWriter out) {
        int[] widths = widths();
        rows.forEach(row -> out.println(line(row, widths)));
    }

    private int[] widths() {
        return IntStream.range(0, rows.getFirst().size()).map(this::columnWidth).toArray();
    }

    private int columnWidth(int column) {
        return rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0);
    }

    private static String line(List<String> row, int[] widths) {
        return IntStream.range(0, row.size())
                .mapToObj(i -> row.get(i) + " ".repeat(widths[i] - width(row.get(i))))
                .collect(Collectors.joining(GAP))
                .stripTrailing();
    }

    /** In columns of a terminal. */
    private static int width(String text) {
        return text.codePoints().map(Table::characterWidth).sum();
    }

    private static int characterWidth(int character) {
        return switch (Character.getType(character)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> wide(character) ? 2 : 1;
        };
    }

    private static boolean wide(int character) {
        return Character.isEmojiPresentation(character)
                || switch (Character.UnicodeScript.of(character)) {
                    case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO -> true;
                    default -> false;
                };
    }
}
