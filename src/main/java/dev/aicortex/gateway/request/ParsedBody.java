package dev.aicortex.gateway.request;

import dev.aicortex.model.ModelName;
import dev.aicortex.model.Segment;

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
 * @param hints what it tells of whom and what it belongs to, and how its prompt opens
 * @param body the bytes
 */
public record ParsedBody(
        String spelling,
        ModelName model,
        Segment.Range place,
        boolean stream,
        RequestMarks marks,
        WebOffers.Found web,
        BodyHints.Found hints,
        RequestBody body) {
    ParsedBody keepingWeb() {
        return new ParsedBody(
                spelling, model, place, stream, marks, WebOffers.Found.NONE, hints, body);
    }
}
