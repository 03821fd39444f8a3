#pragma once

#include <memory>

namespace haulwatch::geo::detail {

/// A borrowed callable that takes a `T`: lets code in a source file call a caller's lambda without owning it.
template <class T>
class Sink {
 public:
  template <class OnItem>
  explicit Sink(OnItem& on_item) noexcept
      : object_{const_cast<void*>(static_cast<const volatile void*>(std::addressof(on_item)))},
        call_{[](void* object, const T& item) { (*static_cast<OnItem*>(object))(item); }} {}

  void operator()(const T& item) const { call_(object_, item); }

 private:
  void* object_;
  void (*call_)(void*, const T&);
};

}  // namespace haulwatch::geo::detail
