package dev.aicortex.ollama;

import dev.aicortex.model.ContextTag;
import java.util.List;

/** What {@code GET /api/ps} answers: the models that are in a server's memory. */
public record RunningList(List<RunningModel> all) {
    /**
     * The models; one that runs under a context tag of the gateway's has its own name, and of its
     * digest what the tag says.
     */
    public List<RunningModel> running() {
        return all.stream().map(RunningList::own).toList();
    }

    private static RunningModel own(RunningModel model) {
        return ContextTag.of(model.label())
                .map(tag -> model.named(tag.model(), tag.content()))
                .orElse(model);
    }
}
