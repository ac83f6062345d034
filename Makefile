# SPDX-License-Identifier: Apache-2.0
# `make demo` first; `make test` second. Everything works on a fresh Debian 12 with nothing but Swift 6.3.
.PHONY: help build demo test check verify bench docs format clean dependencies

CARTLOAD = .build/release/cartload
BUILD_FLAGS = --static-swift-stdlib
# Tests that run the program and wait for it: they would keep the others waiting, which share a thread for each core.
PROGRAM_TESTS = ^(IntegrationTests|BadInputTests|TidyTests)
# Tests with a server in the same process, and those that count its descriptors: others would keep it from answering in time.
SERVER_TESTS = ^(CartloadClientTests|CartloadServiceCallsTests|CartloadServicesTests)

# As many tests at once as keep both cores busy. All 1,500 at once would keep each other waiting until their time is over.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH = 8

help: ## Say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 12

dependencies: ## Install the distribution's packages that are missing
	@Scripts/install-dependencies

build: dependencies ## Build .build/release/cartload
	swift build -c release --product cartload $(BUILD_FLAGS)

demo: build ## Move real data in batches and show the result
	@Scripts/demo

test: dependencies ## Build and run all tests
	swift build --product cartload
	swift test --skip '$(PROGRAM_TESTS)' --skip '$(SERVER_TESTS)'
	swift test --skip-build --filter '$(PROGRAM_TESTS)'
	swift test --skip-build --filter '$(SERVER_TESTS)'

check: dependencies ## Format, layout and import direction
	@Scripts/check

verify: ## Everything that CI does
	@Scripts/install-dependencies --verify
	$(MAKE) check test
	@Scripts/check-dependency && echo "use as a package: done"
	$(MAKE) build
	@Scripts/demo >/dev/null && echo "demo: done"
	@Scripts/verify-interoperation
	@if [ -x Benchmarks/run ]; then Benchmarks/run --smoke; fi

bench: build ## Measure our cases
	@if [ -x Benchmarks/run ]; then Benchmarks/run; else echo "there are no benchmarks yet" >&2; exit 1; fi

docs: dependencies ## Write the pages of Docs that are generated
	swift build --product cartload
	.build/debug/cartload errors > Docs/errors.md
	.build/debug/cartload processors > Docs/processors.md
	.build/debug/cartload singer-settings > Docs/singer-settings.md

format: ## Format the sources
	swift format --in-place --recursive --configuration .swift-format Package.swift Sources Tests

clean: ## Remove what was built
	rm -rf .build .demo .venv .venv-*
