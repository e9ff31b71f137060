package dev.aicortex.fleet;

import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of one server at one moment.
 *
 * @param version of its Ollama, empty while unknown
 * @param models by name, as its last good probe listed them; kept while it is down
 * @param running the models that were in its memory then; none while it is down
 * @param contextTags the names of the context tags that the gateway made there
 */
public record ServerState(
        Server server,
        Health health,
        String version,
        Map<ModelName, TagList.Tag> models,
        List<RunningModel> running,
        Set<String> contextTags) {
    /** One without context tags. */
    public ServerState(
            Server server,
            Health health,
            String version,
            Map<ModelName, TagList.Tag> models,
            List<RunningModel> running) {
        this(server, health, version, models, running, Set.of());
    }

    /** What the server has of a model, from which it may be chosen. */
    public Holding holding(ModelName model) {
        TagList.Tag tag = models.get(model);
        return tag == null
                ? server.holding(model.canonical(), 0, "", running)
                : server.holding(content(model, tag), tag.size(), tag.family(), running);
    }

    /** The content that it has of a model; empty where it does not tell. */
    public String digest(ModelName model) {
        TagList.Tag tag = models.get(model);
        return tag == null ? "" : tag.content();
    }

    /** Names of one content share it; where a server tells no digest, a name stands for itself. */
    static String content(ModelName model, TagList.Tag tag) {
        return tag.content().isEmpty() ? model.canonical() : tag.content();
    }

    public boolean up() {
        return health instanceof Health.Up;
    }

    /** Whether what it holds can be used: it is up, or a request that needs it wakes it. */
    public boolean available() {
        return up() || health instanceof Health.Asleep;
    }

    /** Whether a request may go there now. */
    public boolean open() {
        return up() && server.open();
    }
}
