package dev.aicortex.gateway;

import dev.aicortex.model.Segment;
import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.StreamKind;
import dev.aicortex.translate.AnswerTranslation;
import dev.aicortex.translate.Translation;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** How a request is put to servers, and what is done to their answers. */
sealed interface Passage {
    /** On every server. */
    String path();

    /** What is sent; its ranges are of the client's body. */
    List<Segment> body();

    /** For one answer. */
    Rewriting rewriting();

    /** For one answer that several servers give, each the next part of it. */
    default Supplier<Rewriting> overAllParts() {
        return this::rewriting;
    }

    /** How another server goes on with a stream that breaks off; empty when none may. */
    default Optional<Resumption> resumption() {
        return Optional.empty();
    }

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

    /**
     * As the first, by the native route, and so that another server can go on with a stream that
     * breaks off.
     */
    record Resumable(Passage first, Resumption handover) implements Passage {
        @Override
        public Optional<Resumption> resumption() {
            return Optional.of(handover);
        }

        @Override
        public String path() {
            return first.path();
        }

        @Override
        public List<Segment> body() {
            return handover.rest().orElseGet(first::body);
        }

        @Override
        public Rewriting rewriting() {
            return handover.part();
        }

        @Override
        public int numCtx() {
            return first.numCtx();
        }

        @Override
        public long promptEstimate() {
            return first.promptEstimate();
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
            return overAllParts().get();
        }

        @Override
        public Supplier<Rewriting> overAllParts() {
            AnswerTranslation one = translation.answers().get();
            return () -> new TranslatedAnswer(one, StreamKind.events(route.endpoint()));
        }
    }
}
