package dev.aicortex.catalogue.refresh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import dev.aicortex.model.ValidationException;
import java.util.stream.Collectors;

/** What is wrong with a line of JSON, in words for people; the parser's own name classes. */
final class MalformedLine {
    private MalformedLine() {}

    static String reason(JsonProcessingException error) {
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
}
