package dev.aicortex.gateway.request;

import dev.aicortex.model.ModelName;
import dev.aicortex.model.Segment;
import java.util.List;
import java.util.Set;

/**
 * What the gateway knows of a request's body.
 *
 * @param spelling the model as the client spelt it
 * @param model the same in the form that is compared
 * @param place where the model stands: a JSON string with its quotes, or the value of a form's
 *     field
 * @param stream whether the client wants a stream
 * @param marks what else of a JSON body may have to be changed; of a form, nothing
 * @param web what is taken out, as it offers to search the web, which leaves the machine
 * @param lines what is stripped from the start of the system prompt
 * @param body the bytes
 */
public record ParsedBody(
        String spelling,
        ModelName model,
        Segment.Range place,
        boolean stream,
        RequestMarks marks,
        Removed web,
        Removed lines,
        RequestBody body) {
    /**
     * What servers do not get of a body.
     *
     * @param names of what goes, for a header; as the client or the configuration wrote them
     */
    public record Removed(List<Splice> cuts, Set<String> names) {
        static final Removed NOTHING = new Removed(List.of(), Set.of());
    }

    ParsedBody keepingWeb() {
        return new ParsedBody(spelling, model, place, stream, marks, Removed.NOTHING, lines, body);
    }

    ParsedBody keepingLines() {
        return new ParsedBody(spelling, model, place, stream, marks, web, Removed.NOTHING, body);
    }
}
