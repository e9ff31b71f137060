package dev.aicortex.ollama;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.aicortex.model.ContextTag;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@code GET /api/ps} answers: the models that are in a server's memory. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunningList(@Nullable List<RunningModel> models) {
    /**
     * The models; a server with none loaded may leave the field out or send null. One that runs
     * under a context tag of the gateway's is listed under its own name.
     */
    public List<RunningModel> running() {
        return models == null
                ? List.of()
                : models.stream().filter(Objects::nonNull).map(RunningList::own).toList();
    }

    private static RunningModel own(RunningModel model) {
        return ContextTag.of(model.label()).map(tag -> model.named(tag.model(), "")).orElse(model);
    }
}
