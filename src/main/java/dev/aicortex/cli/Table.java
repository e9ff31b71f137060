package dev.aicortex.cli;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rows whose columns stand under one another; an empty cell shows as a dash. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... header) {
        row(header);
    }

    /** What the table shows of each JSON object. */
    record Column(String name, Function<JsonNode, String> cell) {
        /** A field as it is, named as in {@code details/family}; empty when missing or null. */
        static Column of(String name, String field) {
            JsonPointer pointer = JsonPointer.compile("/" + field);
            return new Column(name, object -> object.at(pointer).asText(""));
        }

        static Column list(String name, String field, String between) {
            return new Column(name, object -> Json.words(object.path(field), between));
        }

        static Column yesNo(String name, String field) {
            return new Column(name, object -> object.path(field).asBoolean() ? "yes" : "no");
        }
    }

    /** A header, and a row for each object. */
    static Table of(JsonNode objects, Column... columns) {
        Table table = new Table(cells(columns, Column::name));
        objects.forEach(object -> table.row(cells(columns, c -> c.cell().apply(object))));
        return table;
    }

    private static String[] cells(Column[] columns, Function<Column, String> text) {
        return Stream.of(columns).map(text).toArray(String[]::new);
    }

    Table row(String... cells) {
        rows.add(
                Stream.of(cells)
                        .map(text -> text.isBlank() ? "-" : Terminal.inOneLine(text))
                        .toList());
        return this;
    }

    void print(PrintWriter out) {
        lines().forEach(out::println);
    }

    /** The header first. */
    List<String> lines() {
        int[] widths = IntStream.range(0, rows.getFirst().size()).map(this::columnWidth).toArray();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    /** As much of a line as so many columns of a terminal show. */
    static String cut(String line, int columns) {
        if (width(line) <= columns) {
            return line;
        }
        StringBuilder shown = new StringBuilder();
        int left = columns - 1;
        for (int character : line.codePoints().toArray()) {
            left -= characterWidth(character);
            if (left < 0) {
                break;
            }
            shown.appendCodePoint(character);
        }
        return shown.append('…').toString();
    }

    private int columnWidth(int column) {
        return rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0);
    }

    private static String line(List<String> row, int[] widths) {
        return IntStream.range(0, row.size())
                .mapToObj(i -> row.get(i) + " ".repeat(widths[i] - width(row.get(i))))
                .collect(Collectors.joining("  "))
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
