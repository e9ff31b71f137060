package dev.aicortex.catalogue.refresh;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.MutableConfigOverride;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.FamilyFile;
import dev.aicortex.catalogue.FamilyFile.MalformedFileException;
import dev.aicortex.model.ValidationException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
                    .withConfigOverride(String.class, JsonLines::absentAsEmpty)
                    .withConfigOverride(List.class, JsonLines::absentAsEmpty)
                    .build();

    private JsonLines() {}

    /** A line leaves out what is empty; a record has it. */
    private static void absentAsEmpty(MutableConfigOverride type) {
        type.setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY));
    }

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
                        resolution.families().stream().map(FamilyFile::line),
                        Stream.of(END))
                .flatMap(part -> part);
    }

    /** A line that is not blank, and its number from 1 on. */
    private record Line(int number, String text) {
        static List<Line> of(List<String> lines) {
            return IntStream.range(0, lines.size())
                    .filter(i -> !lines.get(i).isBlank())
                    .mapToObj(i -> new Line(i + 1, lines.get(i)))
                    .toList();
        }
    }

    /**
     * Reads one record a line; blank lines are skipped.
     *
     * @throws ValidationException naming the line and what is wrong with it
     */
    public static <T> List<T> read(List<String> lines, Class<T> type) {
        return Line.of(lines).stream().map(line -> row(line, type)).toList();
    }

    private static <T> T row(Line line, Class<T> type) {
        T row;
        try {
            row = MAPPER.readValue(line.text(), type);
        } catch (JsonProcessingException e) {
            throw malformed(line.number(), reason(e));
        }
        if (row == null) { // which is what "null" is read as
            throw malformed(line.number(), "one object in { } is expected");
        }
        return row;
    }

    /** Reads what {@link #lines} wrote. */
    public static Resolution resolution(List<String> lines) {
        List<Line> full = Line.of(lines);
        if (full.isEmpty()) {
            throw new ValidationException(
                    "standard input is empty; 'aicortex resolve' writes what is expected here");
        }
        Line first = full.getFirst();
        Head head = row(first, Head.class);
        if (head.base().isEmpty()) {
            throw malformed(first.number(), "\"base\" is missing");
        }
        if (!full.getLast().text().strip().equals(END)) {
            throw malformed(lines.size(), "the last line is not %s: it was cut off".formatted(END));
        }
        Map<String, Family> families = new LinkedHashMap<>();
        for (Line line : full.subList(1, full.size() - 1)) {
            Family family = family(line);
            if (families.put(family.name(), family) != null) {
                throw malformed(
                        line.number(), "the family '%s' comes twice".formatted(family.name()));
            }
        }
        return new Resolution(head.base(), List.copyOf(families.values()), head.warnings());
    }

    private static Family family(Line line) {
        try {
            return FamilyFile.read("standard input", line.text().getBytes(StandardCharsets.UTF_8));
        } catch (MalformedFileException e) {
            throw malformed(line.number(), e.what());
        }
    }

    /** What is wrong, in words for people; the parser's own name classes. */
    private static String reason(JsonProcessingException error) {
        return switch (error) {
            case JsonMappingException e when e.getCause() instanceof ValidationException cause ->
                    cause.text();
            case InvalidFormatException e ->
                    "%s: '%s' is no value for it".formatted(field(e), e.getValue());
            case JsonMappingException e when !e.getPath().isEmpty() ->
                    "%s: this kind of value is not expected there".formatted(field(e));
            case JsonMappingException _ -> "one object in { } is expected";
            case JsonEOFException _ -> "not JSON: it ends in the middle";
            default -> "not JSON: " + error.getOriginalMessage();
        };
    }

    /** {@code models[0].size_bytes}. */
    private static String field(JsonMappingException error) {
        return error.getPath().stream()
                .map(step ->
                        step.getFieldName() == null
                                ? "[" + step.getIndex() + "]"
                                : "." + step.getFieldName())
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    private static ValidationException malformed(int number, String what) {
        return new ValidationException(
                "standard input, line %d: %s; give it the lines that the step before wrote"
                        .formatted(number, what));
    }
}
