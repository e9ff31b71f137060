package dev.aicortex.gateway;

import dev.aicortex.api.ChatRequest;
import dev.aicortex.api.ChatResponse;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;

/**
 * Gives an answer out once it is whole. Until then nobody has seen anything of it: when a server
 * breaks off in the middle, another one may begin anew. Confined to its event loop.
 */
final class WholeChat extends Question {
    private final Context context;
    private final UniEmitter<? super ChatResponse> asker;
    private Transcript transcript = new Transcript("");

    WholeChat(
            Means means,
            Context context,
            ChatRequest chat,
            Only only,
            UniEmitter<? super ChatResponse> asker) {
        super(means, chat, only);
        this.context = context;
        this.asker = asker;
    }

    void run(Failover failover, Drain drain) {
        if (!drain.admits(this)) {
            asker.fail(Drain.stopping());
            return;
        }
        failover.run(this)
                .onFailure(why -> asker.fail(Failover.asCortexException(why)))
                .onComplete(_ -> {
                    failover.close(this);
                    drain.ended(this);
                });
    }

    @Override
    void stop() {
        context.runOnContext(_ -> {
            asker.fail(Drain.stopping());
            clientGone();
        });
    }

    @Override
    boolean startsOver() {
        return true;
    }

    @Override
    public void begin(Reading reading) {
        transcript = new Transcript(server());
    }

    @Override
    public void part(AnswerLine.Part part) {
        transcript.add(part);
    }

    @Override
    public void last(AnswerLine.Last last) {
        transcript.add(last);
        asker.complete(transcript.response());
    }

    @Override
    public void broken(String reason) {
        // the next server's answer begins with a transcript of its own
    }

    @Override
    public boolean wantsMore() {
        return true;
    }
}
