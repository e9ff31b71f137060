package dev.aicortex.catalogue.refresh;

import static dev.aicortex.catalogue.refresh.Fetches.down;
import static dev.aicortex.catalogue.refresh.Fetches.holding;
import static dev.aicortex.catalogue.refresh.Fetches.model;
import static dev.aicortex.catalogue.refresh.Fetches.up;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.aicortex.catalogue.Catalogue;
import dev.aicortex.catalogue.Facts;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.Model;
import dev.aicortex.catalogue.ModelServer;
import dev.aicortex.catalogue.ModelServer.Status;
import dev.aicortex.catalogue.Shipped;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolveTest {
    private static final String A = "http://a:11434";
    private static final String B = "http://b:11434";
    private static final List<Family> SHIPPED = Shipped.families();

    private static List<Family> resolve(List<Family> volume, FetchedServer... fetched) {
        return Resolve.run(Catalogue.of("1", SHIPPED, volume), "v", Arrays.asList(fetched))
                .families();
    }

    private static Model only(List<Family> families) {
        assertThat(families).hasSize(1);
        assertThat(families.getFirst().models()).hasSize(1);
        return families.getFirst().models().getFirst();
    }

    private static List<Family> volume(Model... models) {
        return List.of(new Family(models[0].family(), List.of(models), Map.of()));
    }

    private static Model described(String name, String text, ModelServer... servers) {
        return new Model(name, "llama", Facts.NONE, text, List.of(), List.of(servers), Map.of());
    }

    private static ModelServer seen(String url) {
        return ModelServer.unknown(url).seen("d", "2026-01-01");
    }

    @Nested
    class WhatServersTell {
        @Test
        void fillsTheFactsAndNamesTheServers() {
            Model model =
                    only(resolve(List.of(), holding(A, "mystery:7b"), holding(B, "mystery:7b")));
            assertThat(model.facts().size()).isEqualTo("2.0 GB");
            assertThat(model.facts().contextLength()).isEqualTo(131_072);
            assertThat(model.facts().license()).isEqualTo("llama3.2");
            assertThat(model.servers()).extracting(ModelServer::url).containsExactly(A, B);
            assertThat(model.servers().getFirst().lastSeen()).isEqualTo(Fetches.DAY);
        }

        @Test
        void renewsFactsAndKeepsWords() {
            Model old = described("llama3.2:3b", "by hand", seen(A));
            Model model = only(resolve(volume(old), holding(A, "llama3.2:3b")));
            assertThat(model.description()).isEqualTo("by hand");
            assertThat(model.facts().quantization()).isEqualTo("Q4_K_M");
            assertThat(model.servers().getFirst().digest()).isEqualTo("d-llama3.2:3b");
        }

        @Test
        void takesWordsFromWhatShipsAndItsServerNot() {
            Model model = only(resolve(List.of(), holding(A, "llama3.2:3b")));
            assertThat(model.description()).isNotBlank();
            assertThat(model.family()).isEqualTo("llama");
            assertThat(model.servers()).extracting(ModelServer::url).containsExactly(A);
        }

        @Test
        void isOneModelHoweverTheServersSpellIt() {
            List<Family> families =
                    resolve(
                            List.of(),
                            holding(A, "llama3.2"),
                            holding(B, "registry.ollama.ai/library/LLAMA3.2:latest"));
            assertThat(only(families).servers()).hasSize(2);
        }

        @Test
        void knowsAContentThatIsThereUnderAnotherName() {
            Model old = only(resolve(List.of(), holding(A, "mystery:7b")));
            FetchedModel alias = model("mine:1", "d-mystery:7b").with(null);
            List<Family> families =
                    resolve(volume(old), up(A, model("mystery:7b").with(null), alias));
            assertThat(families.stream().flatMap(f -> f.models().stream()))
                    .allSatisfy(m -> assertThat(m.facts().contextLength()).isEqualTo(131_072));
        }

        @Test
        void takesTheContentThatMostServersHoldAndWarnsOfTheOther() {
            Resolution resolution =
                    Resolve.run(
                            Catalogue.of("", SHIPPED, List.of()),
                            "v",
                            List.of(
                                    up(A, model("x:1", "aaaa")),
                                    up(B, model("x:1", "bbbb")),
                                    up("http://c:1", model("x:1", "bbbb"))));
            Model model = only(resolution.families());
            assertThat(model.facts().digest()).isEqualTo("bbbb");
            assertThat(model.servers()).extracting(ModelServer::digest).contains("aaaa", "bbbb");
            assertThat(resolution.warnings())
                    .containsExactly(
                            "x:1 differs from server to server: aaaa on http://a:11434; bbbb on"
                                    + " http://b:11434, http://c:1");
        }
    }

    @Test
    void anotherContentMakesTheOldDescriptionVoidUntilAServerDescribesIt() {
        Model old = only(resolve(List.of(), up(A, model("mystery:7b", "old"))));
        FetchedModel undescribed = model("mystery:7b", "new").with(null);
        Model model = only(resolve(volume(old), up(A, undescribed)));
        assertThat(model.facts().contextLength()).isZero();
        assertThat(model.facts().digest()).isEmpty();
        assertThat(model.servers().getFirst().digest()).isEqualTo("new");
        Model later = only(resolve(volume(model), up(A, model("mystery:7b", "new"))));
        assertThat(later.facts().digest()).isEqualTo("new");
        assertThat(later.facts().contextLength()).isEqualTo(131_072);
    }

    @Nested
    class WhatIsGone {
        @Test
        void staysAsLastKnownWhileItsServerIsDown() {
            Model old = only(resolve(List.of(), holding(A, "mystery:7b")));
            Model model = only(resolve(volume(old), down(A)));
            assertThat(model.servers().getFirst().status()).isEqualTo(Status.DOWN);
            assertThat(model.servers().getFirst().lastSeen()).isEqualTo(Fetches.DAY);
            assertThat(model.facts()).isEqualTo(old.facts());
        }

        @Test
        void isUntouchedWhenItsServerWasNotAsked() {
            Model old = only(resolve(List.of(), holding(A, "mystery:7b")));
            assertThat(only(resolve(volume(old), holding(B, "mystery:7b"))).servers())
                    .extracting(ModelServer::status)
                    .containsExactly(Status.UP, Status.UP);
        }

        @Test
        void losesAHealthyServerThatDoesNotListItAnyMore() {
            Model old =
                    only(resolve(List.of(), holding(A, "mystery:7b"), holding(B, "mystery:7b")));
            assertThat(only(resolve(volume(old), holding(A), holding(B, "mystery:7b"))).servers())
                    .extracting(ModelServer::url)
                    .containsExactly(B);
        }

        @Test
        void goesWithItsLastServerUnlessAPersonWroteSomething() {
            Model told = only(resolve(List.of(), holding(A, "llama3.2:3b")));
            assertThat(resolve(volume(told), holding(A))).isEmpty();
            Model written = described("llama3.2:3b", "by hand", seen(A));
            Model kept = only(resolve(volume(written), holding(A)));
            assertThat(kept.servers()).isEmpty();
            assertThat(kept.description()).isEqualTo("by hand");
        }

        @Test
        void staysWhenAPersonAddedAField() {
            Model old =
                    described("mystery:7b", "", seen(A))
                            .withExtra(Map.of("owner", TextNode.valueOf("me")));
            assertThat(only(resolve(volume(old), holding(A))).extra()).containsKey("owner");
        }

        @Test
        void staysWhenItNeverHadAServer() {
            assertThat(resolve(volume(described("planned:1", "")), holding(A))).hasSize(1);
        }

        @Test
        void leavesAFamilyThatAPersonDescribed() {
            Family family =
                    new Family("llama", List.of(), Map.of("note", TextNode.valueOf("ours")));
            assertThat(resolve(List.of(family), holding(A))).containsExactly(family);
        }
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "llama3.2:99b, qwen2, llama", // another size of a known model
                "hf.co/someone/Qwen3-Finetune:Q4, qwen3moe, qwen",
                "something:1, gemma3, gemma",
                "something:1, mllama, llama",
                "something:1, deepseek2, deepseek",
                "something:1, phi3, phi",
                "my-mistral-tune:7b, '', mistral",
                "yield:1, '', others",
                "something:1, newarch, others",
                "something:1, '', others"
            })
    void theFamilyOfAnUnknownNameIsInferred(String name, String architecture, String family) {
        FetchedModel told = new FetchedModel(name, "", 1, "", architecture, "", "", false, null);
        assertThat(only(resolve(List.of(), up(A, told))).family()).isEqualTo(family);
    }

    @Test
    void aModelThatAPersonMovedStaysInItsFamily() {
        Model moved =
                new Model(
                        "llama3.2:3b",
                        "mine",
                        Facts.NONE,
                        "",
                        List.of(),
                        List.of(seen(A)),
                        Map.of());
        assertThat(resolve(volume(moved), holding(A, "llama3.2:3b")))
                .extracting(Family::name)
                .containsExactly("mine");
    }
}
