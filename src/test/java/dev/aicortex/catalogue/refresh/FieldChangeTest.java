package dev.aicortex.catalogue.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Model;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldChangeTest {
    private static final Model MODEL = Model.named("llama3.2:3b", "llama");

    @Test
    void tellsNothingOfModelsThatAreTheSame() {
        assertThat(FieldChange.between(MODEL, MODEL)).isEmpty();
    }

    @Test
    void tellsEachFieldWithItsValueBeforeAndAfter() {
        Facts facts = new Facts("2.0 GB", 0, "", "", 0, "aa", List.of(), "", "");
        Model after = MODEL.withFacts(facts).withExtra(Map.of("rank", new IntNode(1)));

        assertThat(FieldChange.between(MODEL, after))
                .containsExactly(
                        new FieldChange("size", new TextNode(""), new TextNode("2.0 GB")),
                        new FieldChange("digest", null, new TextNode("aa")),
                        new FieldChange("rank", null, new IntNode(1)));
        assertThat(FieldChange.between(after, MODEL))
                .extracting(FieldChange::field)
                .containsExactly("size", "digest", "rank");
    }
}
