package dev.aicortex.catalogue.refresh;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.FamilyReader;
import dev.aicortex.catalogue.FamilyWriter;
import dev.aicortex.catalogue.MalformedFileException;
import dev.aicortex.model.ValidationException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The records of the steps as text: one object a line. */
public final class JsonLines {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .defaultPropertyInclusion(
                            JsonInclude.Value.construct(
                                    JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS))
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .build();

    private JsonLines() {}

    /**
     * The last line of a resolution: without it a step that died would look like fewer families.
     */
    private static final String END = "{\"end\":true}";

    /** The first line of a resolution. */
    private record Head(String base, List<String> warnings) {}

    /** One object on one line, without its end. */
    public static String line(Object row) {
        try {
            return MAPPER.writeValueAsString(row);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A resolution: what it is based on, a family a line, its end. */
    public static Stream<String> lines(Resolution resolution) {
        return Stream.of(
                        Stream.of(line(new Head(resolution.base(), resolution.warnings()))),
                        resolution.families().stream().map(FamilyWriter::line),
                        Stream.of(END))
                .flatMap(part -> part);
    }

    /**
     * Reads one record a line; blank lines are skipped.
     *
     * @throws ValidationException naming the line and what is wrong with it
     */
    public static <T> List<T> read(List<String> lines, Class<T> type) {
        List<T> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                rows.add(row(lines.get(i), i + 1, type));
            }
        }
        return rows;
    }

    private static <T> T row(String line, int number, Class<T> type) {
        T row;
        try {
            row = MAPPER.readValue(line, type);
        } catch (JsonProcessingException e) {
            throw malformed(number, MalformedLine.reason(e));
        }
        if (row == null) { // which is what "null" is read as
            throw malformed(number, "one object in { } is expected");
        }
        return row;
    }

    /** Reads what {@link #lines} wrote. */
    public static Resolution resolution(List<String> lines) {
        int first =
                IntStream.range(0, lines.size())
                        .filter(i -> !lines.get(i).isBlank())
                        .findFirst()
                        .orElseThrow(JsonLines::empty);
        Head head = row(lines.get(first), first + 1, Head.class);
        if (head.base() == null) {
            throw malformed(first + 1, "\"base\" is missing");
        }
        int last = lastOf(lines);
        Set<String> names = new HashSet<>();
        List<Family> families = new ArrayList<>();
        for (int i = first + 1; i < last; i++) {
            if (!lines.get(i).isBlank()) {
                Family family = family(lines.get(i), i + 1);
                if (!names.add(family.name())) {
                    throw malformed(i + 1, "the family '%s' comes twice".formatted(family.name()));
                }
                families.add(family);
            }
        }
        List<String> warnings = head.warnings() == null ? List.of() : head.warnings();
        return new Resolution(head.base(), families, warnings);
    }

    private static int lastOf(List<String> lines) {
        int last = lines.size() - 1;
        while (last > 0 && lines.get(last).isBlank()) {
            last--;
        }
        if (!lines.get(last).strip().equals(END)) {
            throw malformed(lines.size(), "the last line is not %s: it was cut off".formatted(END));
        }
        return last;
    }

    private static Family family(String line, int number) {
        try {
            return FamilyReader.read("standard input", line.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedFileException e) {
            throw malformed(number, e.what());
        }
    }

    private static ValidationException empty() {
        return new ValidationException(
                "standard input is empty; 'aicortex resolve' writes what is expected here");
    }

    private static ValidationException malformed(int number, String what) {
        return new ValidationException(
                "standard input, line %d: %s; give it the lines that the step before wrote"
                        .formatted(number, what));
    }
}
