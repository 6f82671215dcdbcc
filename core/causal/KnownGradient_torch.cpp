// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/KnownGradient_torch.h"

#include <stdexcept>
#include <utility>

namespace nextquill::causal {

namespace {

using torch::Tensor;

struct GradientsHolder : torch::CustomClassHolder
{
    GradientsHolder(GradientsOnDemand held, torch::ScalarType hiddenType)
        : gradients{std::move(held)}
        , type{hiddenType}
    {
    }
    GradientsOnDemand gradients;
    torch::ScalarType type;
};

class KnownGradient : public torch::autograd::Function<KnownGradient>
{
public:
    static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& /*hidden_h*/,
                          const Tensor& /*hidden_0*/, const Tensor& value,
                          const c10::intrusive_ptr<GradientsHolder>& holder)
    {
        context->saved_data["gradients"] = torch::IValue::make_capsule(holder);
        return value.clone();
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& outer)
    {
        const auto capsule = context->saved_data["gradients"].toCapsule();
        auto& holder = static_cast<GradientsHolder&>(*capsule);
        const GradientsOnDemand gradients = std::exchange(holder.gradients, nullptr);
        if (!gradients) {
            throw std::logic_error{"the backward pass of an objective can run once"};
        }
        auto [ofHistory, ofNone] = gradients(outer[0]);
        const auto rounded = [&](const Tensor& gradient) {
            return gradient.defined() ? gradient.to(holder.type) : gradient;
        };
        return {rounded(ofHistory), rounded(ofNone), {}, {}};
    }
};

/// The tensor, or an empty one in the place of a world that is not computed: autograd asks every
/// input for its device.
Tensor orEmpty(const Tensor& tensor, const Tensor& like)
{
    return tensor.defined() ? tensor : torch::empty({0}, like.options());
}

} // namespace

Tensor withKnownGradient(const Tensor& value, const Tensor& hidden_h, const Tensor& hidden_0,
                         GradientsOnDemand gradients)
{
    const Tensor& some = hidden_h.defined() ? hidden_h : hidden_0;
    return KnownGradient::apply(
        orEmpty(hidden_h, value), orEmpty(hidden_0, value), value,
        c10::make_intrusive<GradientsHolder>(std::move(gradients), some.scalar_type()));
}

} // namespace nextquill::causal
