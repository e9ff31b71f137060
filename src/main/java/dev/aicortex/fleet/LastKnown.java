package dev.aicortex.fleet;

import dev.aicortex.model.ModelName;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.ollama.TagList;
import java.util.List;
import java.util.Map;

/** What was known of the servers before this process asked any. */
public interface LastKnown {
    /** The servers that were found to hold models. */
    List<ServerUrl> servers();

    /** The models that each of these servers held, by address; none where nothing is known. */
    Map<String, Map<ModelName, TagList.Tag>> models(List<ServerUrl> servers);
}
