#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace haulwatch::detail {

/// What went wrong and was survived: the first of each kind is kept and told. Threads: any.
class Trouble {
 public:
  enum class Of : std::uint8_t { sink, engine };

  explicit Trouble(std::function<void(std::string_view)> tell) : tell_{std::move(tell)} {}

  /// Call from within a `catch`.
  void note_current_exception(Of whose) noexcept {
    try {
      std::string text = whose == Of::sink ? "the sink threw" : "an engine threw, and its source's fixes are lost";
      try {
        throw;
      } catch (const std::exception& error) {
        text += std::string{": "} + error.what();
      } catch (...) {
        text += " something that is no std::exception";
      }
      {
        const std::lock_guard lock{mutex_};
        bool& told = told_[static_cast<std::size_t>(whose)];
        if (told) return;
        told = true;
        if (first_.empty()) first_ = text;
      }
      if (tell_) tell_(text);
    } catch (...) {  // no memory for the text, or the host's own call threw: the counters tell it all the same
    }
  }

  [[nodiscard]] std::string first() const {
    const std::lock_guard lock{mutex_};
    return first_;
  }

 private:
  std::function<void(std::string_view)> tell_;
  mutable std::mutex mutex_;
  std::string first_;
  bool told_[2] = {false, false};
};

}  // namespace haulwatch::detail
