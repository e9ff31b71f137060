package dev.aicortex.gateway;

import dev.aicortex.model.Segment;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.StreamKind;
import dev.aicortex.translate.Translation;
import java.util.List;
import java.util.function.Supplier;

/** How a request is put to servers, and what is done to their answers. */
sealed interface Passage {
    /** On every server. */
    String path();

    /** What is sent; its ranges are of the client's body. */
    List<Segment> body();

    /** For one answer. */
    Rewriting rewriting();

    /** The context length that the request sets, in tokens; 0 when it does not. */
    int numCtx();

    /** How many tokens the prompt may have; 0 when it is too short to matter. */
    long promptEstimate();

    /** By the route that the client asked: its bytes, but for what servers have to be told. */
    record Direct(
            String path,
            List<Segment> body,
            Supplier<Rewriting> changes,
            int numCtx,
            long promptEstimate)
            implements Passage {
        @Override
        public Rewriting rewriting() {
            return changes.get();
        }
    }

    /** By the native route, since the compatible one has no field for the context length. */
    record Translated(Translation translation, int numCtx, Route route) implements Passage {
        @Override
        public String path() {
            return translation.path();
        }

        @Override
        public List<Segment> body() {
            return translation.body();
        }

        @Override
        public long promptEstimate() {
            return translation.promptEstimate();
        }

        @Override
        public Rewriting rewriting() {
            return new TranslatedAnswer(
                    translation.answers().get(), StreamKind.events(route.endpoint()));
        }
    }
}
