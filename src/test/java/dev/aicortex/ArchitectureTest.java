package dev.aicortex;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The house as docs/architecture.md draws it: imports point only downward. */
@AnalyzeClasses(packages = "dev.aicortex", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule importsPointOnlyDownward =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("main")
                    .definedBy(type(Main.class))
                    .layer("doors")
                    .definedBy("dev.aicortex.cli..", "dev.aicortex.http..")
                    .layer("Cortex")
                    .definedBy(resideInAPackage("dev.aicortex").and(not(type(Main.class))))
                    .layer("chat and manage")
                    .definedBy("dev.aicortex.chat..", "dev.aicortex.manage..")
                    .layer("gateway")
                    .definedBy("dev.aicortex.gateway..")
                    .layer("relay and routing")
                    .definedBy(
                            "dev.aicortex.relay..",
                            "dev.aicortex.routing..",
                            "dev.aicortex.prompt..")
                    .layer("fleet")
                    .definedBy(
                            "dev.aicortex.fleet..",
                            "dev.aicortex.catalogue..",
                            "dev.aicortex.keys..",
                            "dev.aicortex.usage..")
                    .layer("wire and store")
                    .definedBy("dev.aicortex.ollama..", "dev.aicortex.store..")
                    .layer("leaves")
                    .definedBy(
                            "dev.aicortex.api..",
                            "dev.aicortex.config..",
                            "dev.aicortex.dialect..",
                            "dev.aicortex.model..")
                    .whereLayer("main")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("doors")
                    .mayOnlyBeAccessedByLayers("main")
                    .whereLayer("Cortex")
                    .mayOnlyBeAccessedByLayers("doors")
                    .whereLayer("chat and manage")
                    .mayOnlyBeAccessedByLayers("Cortex", "doors")
                    .whereLayer("gateway")
                    .mayOnlyBeAccessedByLayers("chat and manage", "Cortex", "doors")
                    .whereLayer("relay and routing")
                    .mayOnlyBeAccessedByLayers("gateway", "chat and manage", "Cortex", "doors")
                    .whereLayer("fleet")
                    .mayOnlyBeAccessedByLayers(
                            "relay and routing", "gateway", "chat and manage", "Cortex", "doors");

    @ArchTest
    static final ArchRule aRequestGoesDownThroughTheGateway =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("front")
                    .definedBy("dev.aicortex.gateway")
                    .layer("embeddings")
                    .definedBy("dev.aicortex.gateway.embeddings")
                    .layer("dispatch")
                    .definedBy("dev.aicortex.gateway.dispatch")
                    .layer("rewrite and cache")
                    .definedBy("dev.aicortex.gateway.rewrite", "dev.aicortex.gateway.cache")
                    .layer("request")
                    .definedBy("dev.aicortex.gateway.request")
                    .layer("calls, metrics, tracing and watch")
                    .definedBy(
                            "dev.aicortex.gateway.calls",
                            "dev.aicortex.gateway.metrics",
                            "dev.aicortex.gateway.tracing",
                            "dev.aicortex.gateway.watch")
                    .whereLayer("front")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("embeddings")
                    .mayOnlyBeAccessedByLayers("front")
                    .whereLayer("dispatch")
                    .mayOnlyBeAccessedByLayers("embeddings", "front")
                    .whereLayer("rewrite and cache")
                    .mayOnlyBeAccessedByLayers("dispatch", "embeddings", "front")
                    .whereLayer("request")
                    .mayOnlyBeAccessedByLayers(
                            "rewrite and cache", "dispatch", "embeddings", "front");

    @ArchTest
    static final ArchRule chatsAndChangesDoNotKnowEachOther =
            slices().matching("dev.aicortex.(chat|manage)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule relayRoutingAndPromptsDoNotKnowEachOther =
            slices().matching("dev.aicortex.(relay|routing|prompt)..")
                    .should()
                    .notDependOnEachOther();

    @ArchTest
    static final ArchRule fleetCatalogueKeysAndUsageDoNotKnowEachOther =
            slices().matching("dev.aicortex.(fleet|catalogue|keys|usage)..")
                    .should()
                    .notDependOnEachOther();

    @ArchTest
    static final ArchRule onlyDiskAndLeaseChangeAVolume =
            noClasses()
                    .that()
                    .resideInAPackage("dev.aicortex.catalogue..")
                    .and()
                    .haveNameNotMatching(".*\\.Disk(\\$.*)?")
                    .and()
                    .doNotHaveSimpleName("Lease")
                    .and()
                    .doNotHaveSimpleName("Volume")
                    .should()
                    .callMethodWhere(
                            target(owner(type(java.nio.file.Files.class)))
                                    .and(target(nameMatching("write.*|delete.*|move|create.*"))));

    @ArchTest
    static final ArchRule mergingIsPure =
            noClasses()
                    .that()
                    .haveSimpleName("Resolve")
                    .or()
                    .haveSimpleName("Sighting")
                    .or()
                    .haveSimpleName("FamilyNames")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.io..", "java.nio..", "java.net..", "java.time..");

    @ArchTest
    static final ArchRule wireStoreAndSimulatorDoNotKnowEachOther =
            slices().matching("dev.aicortex.(ollama|store|simulator)..")
                    .should()
                    .notDependOnEachOther();

    @ArchTest
    static final ArchRule theSimulatorIsReachedOnlyAsAService =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("dev.aicortex.simulator..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.aicortex.simulator..")
                    .because("--demo, dev mode and `simulate` plug it in through model.Simulator");

    @ArchTest
    static final ArchRule commandsAndRoutesDoNotKnowEachOther =
            noClasses()
                    .that()
                    .resideInAPackage("dev.aicortex.cli..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("dev.aicortex.http..");

    @ArchTest
    static final ArchRule onlyOllamaOpensConnectionsToServers =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("dev.aicortex.ollama..", "dev.aicortex.cli..")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("io.vertx.core.http.HttpClient")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.net.http.HttpClient");

    @ArchTest
    static final ArchRule routingIsPure =
            noClasses()
                    .that()
                    .resideInAPackage("dev.aicortex.routing..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.vertx.core.http..", "io.smallrye..", "java.net..", "java.io..");

    @ArchTest
    static final ArchRule promptsArePure =
            noClasses()
                    .that()
                    .resideInAPackage("dev.aicortex.prompt..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "dev.aicortex.fleet..",
                            "dev.aicortex.catalogue..",
                            "dev.aicortex.ollama..",
                            "dev.aicortex.simulator..",
                            "dev.aicortex.config..",
                            "io.vertx.core.http..",
                            "io.smallrye..",
                            "java.net..",
                            "java.nio.file..");

    @ArchTest
    static final ArchRule adminRoutesAreGuarded =
            classes()
                    .that()
                    .areAnnotatedWith(describe("a path under /admin", ArchitectureTest::admin))
                    .should()
                    .beAnnotatedWith(dev.aicortex.http.admin.AdminGuard.AdminOnly.class);

    private static boolean admin(com.tngtech.archunit.core.domain.JavaAnnotation<?> annotation) {
        return annotation.getRawType().isEquivalentTo(jakarta.ws.rs.Path.class)
                && annotation.get("value").orElse("").toString().matches("/?admin.*");
    }

    @ArchTest
    static final ArchRule resourcesLiveInHttp =
            classes()
                    .that()
                    .haveSimpleNameEndingWith("Resource")
                    .should()
                    .resideInAPackage("dev.aicortex.http..");

    @ArchTest
    static final ArchRule namesSayWhatAThingIs =
            noClasses()
                    .should()
                    .haveSimpleNameEndingWith("Manager")
                    .orShould()
                    .haveSimpleNameEndingWith("Helper")
                    .orShould()
                    .haveSimpleNameEndingWith("Util")
                    .orShould()
                    .haveSimpleNameEndingWith("Utils")
                    .orShould()
                    .haveSimpleNameEndingWith("Impl");
}
