package dev.aicortex.http.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.aicortex.gateway.Captures;
import dev.aicortex.http.admin.AdminGuard;
import dev.aicortex.model.ValidationException;
import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.ResponseHeader;

/** {@code /admin/captures}: what the last requests asked and were answered. */
@Path("/admin/captures")
@Produces(MediaType.APPLICATION_JSON)
@AdminGuard.AdminOnly
public class CapturesResource {
    private final Captures captures;

    CapturesResource(Captures captures) {
        this.captures = captures;
    }

    /** The requests of which prompt and answer are kept, the latest first. */
    public record Kept(List<Entry> captures) {}

    /**
     * One of them.
     *
     * @param id its {@code x-request-id}
     * @param cut whether there was more of one of the two
     */
    public record Entry(
            String id,
            @JsonProperty("prompt_bytes") int promptBytes,
            @JsonProperty("answer_bytes") int answerBytes,
            boolean cut) {}

    /**
     * What one asked and was answered, without credentials.
     *
     * @param prompt its body
     * @param answer all that its client was sent, a stream in its framing
     */
    public record Capture(String prompt, String answer, boolean cut) {}

    @GET
    @NonBlocking
    @ResponseHeader(name = "Cache-Control", value = "no-store")
    public Kept captures() {
        requireOn();
        return new Kept(
                captures.latest().stream()
                        .map(each ->
                                new Entry(
                                        each.id(),
                                        each.prompt().length(),
                                        each.answer().length(),
                                        each.cut()))
                        .toList());
    }

    /**
     * One of them.
     *
     * @param id its {@code x-request-id}; of several the latest
     */
    @GET
    @Path("{id}")
    @RunOnVirtualThread
    @ResponseHeader(name = "Cache-Control", value = "no-store")
    public Capture capture(String id) {
        requireOn();
        return captures.request(id)
                .map(found ->
                        new Capture(found.prompt().text(), found.answer().text(), found.cut()))
                .orElseThrow(() ->
                        ValidationException.ofServer(
                                404,
                                "capture_not_found",
                                "id: request '%s' is not among the last %d that have ended in this process, whose prompts and answers are kept"
                                        .formatted(id, captures.size())));
    }

    private void requireOn() {
        if (captures.size() == 0) {
            throw ValidationException.ofServer(
                    404,
                    "captures_off",
                    "no prompts and answers are kept: set cortex.captures to the number of requests to keep them of, and start the gateway again");
        }
    }
}
