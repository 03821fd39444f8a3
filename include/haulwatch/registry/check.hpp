#pragma once

#include <haulwatch/error.hpp>

#include <vector>

namespace haulwatch::registry {

struct RegistryDraft;

/// Everything that keeps the draft from being compiled, in the order of the draft; empty when it is sound.
///
/// Rings are judged as OGC Simple Feature Access (06-103r4, 6.1.11) has it: closed, no contact with themselves, holes
/// inside their outer ring and touching it or each other at one point at most, parts that share no more than points.
/// They are judged on a grid of 1e-9 degree (0.1 mm), where every test is exact.
///
/// Time: O(n log n) in the number of positions for what people draw. Threads: any.
[[nodiscard]] std::vector<Fault> check(const RegistryDraft& draft);

}  // namespace haulwatch::registry
