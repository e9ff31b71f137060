package dev.aicortex.gateway.dispatch;

import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.gateway.request.PromptHash;
import dev.aicortex.gateway.request.PromptPlaces;
import dev.aicortex.gateway.request.RequestBody;
import dev.aicortex.model.ModelName;
import dev.aicortex.routing.Ask;
import java.io.IOException;

/**
 * What a request's prompt tells a choice of a server.
 *
 * @param blocks for comparison with others
 * @param begins whether it is the first of a conversation
 * @param key the same for requests that belong together; 0 where nothing says so
 */
public record AskedPrompt(PromptBlocks blocks, boolean begins, long key) {
    /** Of a request that nobody looked into. */
    public static AskedPrompt unread(boolean begins) {
        return new AskedPrompt(PromptBlocks.NONE, begins, 0);
    }

    /**
     * Reads it.
     *
     * @throws IOException when the body cannot be read
     */
    public static AskedPrompt of(RequestBody body, PromptPlaces places) throws IOException {
        return body.read(bytes ->
                new AskedPrompt(
                        PromptHash.of(bytes, places.parts()),
                        places.begins(),
                        places.key() == PromptPlaces.OPEN
                                ? 0
                                : PromptHash.ofString(bytes, places.key())));
    }

    /** With what else the client says of which requests belong together. */
    AskedPrompt withKey(long better) {
        return new AskedPrompt(blocks, begins, better);
    }

    /** As one of a batch: nobody goes on from it, and it settles nowhere. */
    AskedPrompt alone() {
        return new AskedPrompt(blocks.alone(), false, key);
    }

    Ask ask(ModelName model, Selection selection) {
        return selection.ask(model, blocks, begins, key);
    }
}
