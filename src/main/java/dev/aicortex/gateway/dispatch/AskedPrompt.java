package dev.aicortex.gateway.dispatch;

import dev.aicortex.fleet.PromptBlocks;
import dev.aicortex.gateway.request.ParsedBody;
import dev.aicortex.gateway.request.PromptHash;
import dev.aicortex.gateway.request.PromptPlaces;
import dev.aicortex.gateway.request.Splice;
import dev.aicortex.model.ModelName;
import dev.aicortex.routing.Ask;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.List;

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
     * Reads it, as servers get it.
     *
     * @throws IOException when the body cannot be read
     */
    public static AskedPrompt of(ParsedBody request) throws IOException {
        List<Splice> cuts = request.lines().cuts();
        PromptPlaces places = request.marks().prompt();
        return request.body()
                .read(bytes ->
                        cuts.isEmpty()
                                ? of(bytes, places)
                                : of(Splice.left(bytes, cuts), places.without(cuts)));
    }

    private static AskedPrompt of(ByteBuf bytes, PromptPlaces places) {
        return new AskedPrompt(
                PromptHash.of(bytes, places.parts()),
                places.begins(),
                places.key() == PromptPlaces.OPEN ? 0 : PromptHash.ofString(bytes, places.key()));
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
