package dev.aicortex.gateway;

import dev.aicortex.relay.Rewriting;
import dev.aicortex.relay.StreamKind;
import dev.aicortex.translate.AnswerTranslation;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** A native answer in the client's dialect. */
final class TranslatedAnswer implements Rewriting {
    private final AnswerTranslation translation;
    private final StreamKind kind;
    private final Lines lines = new Lines();
    private boolean document;

    TranslatedAnswer(AnswerTranslation translation, StreamKind kind) {
        this.translation = translation;
        this.kind = kind;
    }

    @Override
    public Buffer lines(Buffer some) {
        Buffer events = Buffer.buffer();
        lines.accept(some).forEach(line -> events.appendBuffer(translation.line(line)));
        return events;
    }

    @Override
    public Buffer lastLine(Buffer rest) {
        Buffer events = lines(rest);
        lines.rest().forEach(line -> events.appendBuffer(translation.line(line)));
        return events;
    }

    @Override
    public Buffer document(Buffer whole) {
        document = true;
        return translation.whole(whole);
    }

    @Override
    public boolean documents() {
        return true;
    }

    @Override
    public void head(MultiMap headers) {
        headers.set("Content-Type", translation.contentType(!document));
    }

    @Override
    public Optional<StreamKind> kind() {
        return Optional.of(kind);
    }

    @Override
    public boolean toldFailure() {
        return translation.failed();
    }
}
