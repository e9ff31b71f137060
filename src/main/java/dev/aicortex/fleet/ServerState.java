package dev.aicortex.fleet;

import dev.aicortex.model.ModelName;
import dev.aicortex.ollama.RunningModel;
import dev.aicortex.ollama.TagList;
import java.util.List;
import java.util.Map;

/**
 * What is known of one server at one moment.
 *
 * @param version of its Ollama, empty while unknown
 * @param models by name, as its last good probe listed them; kept while it is down
 * @param running the models that were in its memory then; none while it is down
 */
public record ServerState(
        Server server,
        Health health,
        String version,
        Map<ModelName, TagList.Tag> models,
        List<RunningModel> running) {
    public boolean up() {
        return health instanceof Health.Up;
    }
}
