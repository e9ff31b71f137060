package dev.aicortex.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.model.ModelName;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private static final ModelServer LOCALHOST = ModelServer.unknown("http://localhost:11434");

    private static Family family(String name, Model... models) {
        return new Family(name, List.of(models), Map.of());
    }

    private static Model model(String name, String description, String... tags) {
        return new Model(
                name,
                "llama",
                Facts.NONE,
                description,
                List.of(tags),
                List.of(LOCALHOST),
                Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"llama3.2", "LLAMA3.2:latest", "registry.ollama.ai/library/llama3.2:latest"})
    void aModelIsFoundHoweverItIsSpelt(String spelling) {
        Catalogue all =
                Catalogue.of("", List.of(family("llama", model("llama3.2", "d"))), List.of());
        assertThat(all.model(ModelName.of(spelling))).isPresent();
    }

    @Test
    void theVolumesWordsWinAndGapsAreFilled() {
        Model mine = model("llama3.2:3b", "mine").withServers(List.of());
        Catalogue all =
                Catalogue.of(
                        "1",
                        List.of(family("llama", model("llama3.2:3b", "shipped", "chat"))),
                        List.of(family("llama", mine)));
        Model found = all.model(ModelName.of("llama3.2:3b")).orElseThrow();
        assertThat(found.description()).isEqualTo("mine");
        assertThat(found.tags()).containsExactly("chat");
        assertThat(found.servers()).isEmpty();
    }

    @Test
    void aModelMovedToAnotherFamilyIsThereOnly() {
        Model moved =
                new Model("llama3.2:3b", "mine", Facts.NONE, "", List.of(), List.of(), Map.of());
        Catalogue all =
                Catalogue.of(
                        "1",
                        List.of(family("llama", model("llama3.2:3b", "shipped"))),
                        List.of(family("mine", moved)));
        assertThat(all.family("llama").orElseThrow().models()).isEmpty();
        assertThat(all.family("mine").orElseThrow().models()).hasSize(1);
        assertThat(all.size()).isEqualTo(1);
    }

    @Test
    void searchFindsAllWordsInAnyField() {
        Catalogue all =
                Catalogue.of(
                        "",
                        List.of(
                                family(
                                        "llama",
                                        model("a:1", "Small talk in French", "chat"),
                                        model("b:1", "Writes programs", "code"))),
                        List.of());
        assertThat(all.find(ModelQuery.text("french CHAT")))
                .extracting(Model::name)
                .containsExactly("a:1");
        assertThat(all.find(ModelQuery.text("french code"))).isEmpty();
        assertThat(all.find(new ModelQuery("LLAMA", "code", "", ""))).hasSize(1);
        assertThat(all.find(ModelQuery.ALL)).hasSize(2);
    }
}
