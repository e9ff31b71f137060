package dev.aicortex.chat;

import dev.aicortex.api.ChatResponse;
import dev.aicortex.gateway.calls.AnswerLine;
import dev.aicortex.model.CortexException;
import dev.aicortex.model.ServerException;
import dev.aicortex.relay.Ending;
import io.smallrye.mutiny.subscription.UniEmitter;

/**
 * Gives an answer out once it is whole. Until then nobody has seen anything of it: when a server
 * breaks off in the middle, another one may begin anew.
 */
final class WholeChat extends ChatClient {
    private final UniEmitter<? super ChatResponse> asker;
    private Transcript transcript = new Transcript("");
    private boolean answered;

    WholeChat(UniEmitter<? super ChatResponse> asker) {
        this.asker = asker;
    }

    /** Whether whoever asked has the answer: that they leave means nothing then. */
    boolean answered() {
        return answered;
    }

    @Override
    public boolean startsOver() {
        return true;
    }

    @Override
    void begin(String server) {
        transcript = new Transcript(server);
    }

    @Override
    void part(AnswerLine.Part part) {
        transcript.add(part);
    }

    @Override
    void last(AnswerLine.Last last) {
        transcript.add(last);
        answered = true;
        asker.complete(transcript.response());
    }

    @Override
    void fail(CortexException error) {
        asker.fail(error);
    }

    /** Of a server that broke off nobody is told: the next one begins anew. */
    @Override
    void broken(Ending how, String reason) {
        if (how instanceof Ending.Interrupted) {
            fail(ServerException.exhausted("the answer was broken off: " + reason));
        }
    }
}
