package org.tramontane.spac.train;

import org.tramontane.tensor.Backend;
import org.tramontane.transformer.CompletionBatch;
import org.tramontane.transformer.MistralModel;
import org.tramontane.transformer.Parameters;
import org.tramontane.transformer.TrainingPass;
import org.tramontane.transformer.ValueModel;
import org.tramontane.transformer.ValuePass;

/// What a [TrainingLoop] trains: a model that says numbers of completions, and the derivative of these.
interface Trainee {
  /// What changes, F32.
  Parameters trainable();

  /// Who computes.
  Backend backend();

  /// Passes through the model.
  Pass pass(boolean gradientCheckpointing);

  /// Forward and backward passes.
  interface Pass extends AutoCloseable {
    /// The numbers, without dropout.
    float[] forward(CompletionBatch completions);

    /// The numbers, with the dropout that `seed` names.
    float[] forward(CompletionBatch completions, long seed);

    /// Adds the gradient, given the derivative with respect to each number of the last forward pass.
    void backward(float[] derivative, Parameters gradients);

    @Override
    void close();
  }

  /// A policy: the log-probability of each response token.
  static Trainee of(MistralModel policy) {
    return new Policy(policy);
  }

  /// A critic: one value per completion.
  static Trainee of(ValueModel critic) {
    return new Critic(critic);
  }

  /// See [#of(MistralModel)].
  record Policy(MistralModel model) implements Trainee {
    @Override
    public Parameters trainable() {
      return model.trainable();
    }

    @Override
    public Backend backend() {
      return model.backend();
    }

    @Override
    public Pass pass(boolean gradientCheckpointing) {
      TrainingPass pass = new TrainingPass(model, gradientCheckpointing);
      return new Pass() {
        @Override
        public float[] forward(CompletionBatch completions) {
          return pass.forward(completions.tokens(), completions.rows());
        }

        @Override
        public float[] forward(CompletionBatch completions, long seed) {
          return pass.forward(completions.tokens(), completions.rows(), seed);
        }

        @Override
        public void backward(float[] derivative, Parameters gradients) {
          pass.backward(derivative, gradients);
        }

        @Override
        public void close() {
          pass.close();
        }
      };
    }
  }

  /// See [#of(ValueModel)].
  record Critic(ValueModel model) implements Trainee {
    @Override
    public Parameters trainable() {
      return model.trainable();
    }

    @Override
    public Backend backend() {
      return model.backend();
    }

    @Override
    public Pass pass(boolean gradientCheckpointing) {
      ValuePass pass = new ValuePass(model, gradientCheckpointing);
      return new Pass() {
        @Override
        public float[] forward(CompletionBatch completions) {
          return pass.forward(completions.tokens());
        }

        @Override
        public float[] forward(CompletionBatch completions, long seed) {
          return pass.forward(completions.tokens(), seed);
        }

        @Override
        public void backward(float[] derivative, Parameters gradients) {
          pass.backward(derivative, gradients);
        }

        @Override
        public void close() {
          pass.close();
        }
      };
    }
  }
}
