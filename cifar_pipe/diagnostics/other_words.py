"""What other tools and habits call things: our word for it, or the reason why there is none.

The words are those of Keras, Lightning, Hugging Face, timm, fastai, Ultralytics, MMEngine, Ludwig,
Hydra and albumentations, and of scripts. A row is one of ours, a key or a component, with theirs; it
counts only where ours is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

_OURS = {
    # keys of the top level
    "description": "desc notes comment",
    "extends": "include includes inherits inherit parent _base_ base import bases",
    "name": "experiment_name run_name exp_name experiment project project_name",
    "runtime": "hardware",
    "seed": "random_seed random_state seed_everything rng manual_seed",
    "stages": "pipeline",
    "language": "lang locale",
    "vars": "variables",
    "device": "accelerator use_cuda gpus gpu devices cuda device_type",
    "threads": "num_threads n_threads cpu_threads torch_threads",
    "cuda": "gpu",
    # stages and their keys
    "load_data": "data datamodule data_module dataloader dataloaders data_loader train_dataloader "
    "input_features preprocessing load_dataset",
    "build_model": "model net network architecture arch backbone model_config create_model",
    "train": "num_train n_train trainer fit training train_cfg training_args training_arguments learner",
    "evaluate": "eval evaluation test validate validation val valid test_cfg val_cfg test_dataloader testing evaluator",
    "predict": "inference prediction predictions",
    "predict_folder": "predict_images predict_dir predict_directory predict_files classify classify_folder",
    "save": "checkpoint save_model model_checkpoint save_weights",
    "load": "load_from load_model load_checkpoint load_weights restore resume_from resume",
    "show_images": "show plot visualize imshow show_batch",
    "doctor": "health healthcheck data_quality cleanvision deduplicate",
    "inspect": "summary print_model",
    "find_lr": "lr_find lr_finder learning_rate_finder lr_range_test auto_lr_find",
    "find_batch_size": "scale_batch_size auto_batch_size auto_scale_batch_size auto_find_batch_size autobatch",
    "start_lr": "min_lr",
    "end_lr": "max_lr",
    "early_stop_threshold": "stop_div",
    "dataset": "train_dataset data_set dataset_name train_data",
    "classes": "class_names label_names categories labels names idx_to_class",
    "transforms": "transform augmentation augmentations train_transforms item_tfms batch_tfms tfms "
    "train_pipeline train_transform data_transforms augment",
    "batch_size": "bs batch train_batch_size per_device_train_batch_size samples_per_gpu "
    "eval_batch_size per_device_eval_batch_size batch_size_per_gpu minibatch_size mini_batch_size",
    "validation_split": "val_split validation_size val_size valid_pct validation_fraction val_ratio "
    "val_fraction valid_split split_ratio train_val_split dev_split validation_ratio",
    "fold": "folds kfold k_fold num_folds n_folds n_splits fold_index",
    "layers": "modules architecture net network backbone model",
    "input_shape": "input_size input_dim in_shape",
    "epochs": "max_epochs num_epochs n_epochs nb_epochs nb_epoch nepochs epoch num_train_epochs "
    "n_epoch total_epochs train_epochs",
    "steps": "max_steps max_iters num_steps iterations num_iters max_iter train_steps n_iter",
    "accumulate": "accumulate_grad_batches gradient_accumulation_steps grad_accum accumulation_steps "
    "accumulate_gradients grad_accum_steps",
    "clip_grad_norm": "gradient_clip_val grad_clip max_grad_norm clipnorm clip_grad gradient_clipping "
    "gradient_clip clip_gradients global_clipnorm grad_norm",
    "clip_grad_value": "clipvalue clip_value",
    "callbacks": "callback cbs hooks default_hooks custom_hooks train_callbacks",
    "bfloat16-true": "bf16_true pure_bf16 pure_bfloat16 bf16_full",
    "float16-true": "16_true fp16_true pure_fp16 pure_float16",
    "precision": "amp fp16 bf16 half mixed_precision use_amp dtype_policy",
    "memory_format": "channels_last",
    "sampler": "batch_sampler weighted_sampler train_sampler class_balanced oversample",
    "loss": "criterion loss_fn loss_function objective cost loss_func losses",
    "optimizer": "optim opt optimizer_type optim_wrapper opt_func solver optimizer_name",
    "scheduler": "lr_scheduler sched param_scheduler lr_schedule lr_scheduler_type cos_lr "
    "learning_rate_scheduler schedule scheduler_type lr_policy",
    "log_every": "log_every_n_steps log_interval logging_steps log_freq print_freq print_every "
    "log_frequency verbose disp_freq",
    "monitor": "metric_for_best_model save_best watch_metric early_stopping_metric",
    "restore_best": "load_best_model_at_end restore_best_weights save_best_only load_best",
    "split": "subset partition fold phase",
    "metrics": "metric train_metrics eval_metrics output_features",
    "count": "num_images n_images num_samples n num nrow max_n",
    "path": "filename file_name filepath output_file save_path save_to out_path file output",
    "file": "checkpoint ckpt ckpt_path weights_path pretrained_path filepath filename "
    "checkpoint_path path load_path",
    "from": "depends depends_on needs inputs",
    # datasets
    "top": "k",
    "root": "path data_dir data_path data_root dir directory folder img_dir image_dir root_dir source "
    "image_folder",
    "num_classes": "nc n_classes class_count classes num_labels nclasses nb_classes",
    "image_shape": "size image_size img_size imgsz input_shape shape",
    "test": "num_test n_test val valid validation eval",
    "test_split": "test_size test_ratio test_fraction",
    "ImageFolder": "imagenet folder image_folder image_folder_dataset tiny_imagenet data_folder "
    "from_folder directory image_dataset_from_directory image_data_loaders custom_dataset "
    "custom",
    "ImageTable": "csv flow_from_dataframe from_csv from_df image_csv csv_dataset",
    "ImagePattern": "from_name_re from_path_re",
    "WebDataset": "wds tar_dataset shards",
    "Parquet": "arrow pyarrow",
    "HuggingFace": "hf hugging_face load_dataset load_from_disk huggingface_dataset",
    "CIFAR10": "cifar",
    "Random": "fake_data random_dataset noise",
    # transforms
    "Normalize": "rescaling standardize normalization",
    "ToTensor": "to_tensor_v2 pack_inputs img_to_tensor",
    "RandomHorizontalFlip": "hflip horizontal_flip random_flip fliplr flip",
    "RandomVerticalFlip": "vflip vertical_flip flipud",
    "RandomRotation": "rotate safe_rotate rotation",
    "RandomAffine": "shift_scale_rotate affine random_translation random_zoom translation",
    "RandomErasing": "cutout coarse_dropout random_cutout",
    "RandomPerspective": "perspective",
    "RandomPosterize": "posterize",
    "RandomSolarize": "solarize",
    "RandomEqualize": "equalize",
    "RandomInvert": "invert_img invert",
    "RandomGrayscale": "to_gray",
    "ColorJitter": "hue_saturation_value random_brightness_contrast random_brightness "
    "random_contrast random_gamma random_saturation",
    "GaussianBlur": "blur motion_blur median_blur",
    "GaussianNoise": "gauss_noise",
    "RandAugment": "aug_transforms",
    "TrivialAugmentWide": "trivial_augment",
    "Resize": "longest_max_size smallest_max_size scale resizing",
    # layers and initializers
    "AdaptiveAvgPool2d": "global_average_pooling_2d global_avg_pool_2d global_avg_pool gap "
    "global_average_pooling adaptive_average_pool",
    "AdaptiveMaxPool2d": "global_max_pooling_2d global_max_pool",
    "AvgPool2d": "average_pooling_2d average_pool mean_pool",
    "MaxPool2d": "max_pooling_2d max_pooling pool pooling",
    "AvgPool1d": "average_pooling_1d",
    "MaxPool1d": "max_pooling_1d",
    "BatchNorm2d": "bn batch_normalization batch_normalisation",
    "LayerNorm": "layer_normalization ln",
    "GroupNorm": "group_normalization gn",
    "RMSNorm": "rms_normalization",
    "Concat": "concatenate cat merge",
    "Multiply": "mul",
    "Conv2d": "conv convolution depthwise_conv_2d separable_conv_2d conv_bn",
    "ConvTranspose2d": "conv_2d_transpose deconv deconvolution",
    "Dropout": "drop drop_out monte_carlo_dropout",
    "Dropout2d": "spatial_dropout_2d",
    "Flatten": "view",
    "Linear": "dense fc fully_connected inner_product",
    "Permute": "transpose",
    "ReLU": "activation rectifier",
    "SiLU": "swish",
    "SelfAttention": "multi_head_attention attention",
    "Unflatten": "reshape",
    "Upsample": "up_sampling_2d interpolate resize",
    "ZeroPad2d": "zero_padding_2d",
    "Identity": "lambda_layer no_op",
    "xavier_uniform_": "xavier glorot glorot_uniform",
    "xavier_normal_": "glorot_normal",
    "kaiming_uniform_": "he_uniform",
    "kaiming_normal_": "he he_normal kaiming msra",
    "trunc_normal_": "truncated_normal",
    "normal_": "gaussian random_normal",
    "uniform_": "random_uniform",
    "vit_b_16": "vit vit_base vit_base_patch16_224 deit_base_patch16_224",
    "vit_b_32": "vit_base_patch32_224",
    "vit_l_16": "vit_large vit_large_patch16_224",
    "vit_h_14": "vit_huge vit_huge_patch14_224",
    "swin_t": "swin swin_tiny swin_tiny_patch4_window7_224",
    "swin_s": "swin_small swin_small_patch4_window7_224",
    "swin_b": "swin_base swin_base_patch4_window7_224",
    "mobilenet_v2": "mobilenet mobilenetv2_100",
    "mobilenet_v3_large": "mobilenetv3_large_100",
    "mobilenet_v3_small": "mobilenetv3_small_100",
    "efficientnet_b0": "efficientnet tf_efficientnet_b0",
    # losses, optimizers, schedulers, metrics
    "BCEWithLogitsLoss": "bce binary_crossentropy",
    "CrossEntropyLoss": "categorical_crossentropy ce log_softmax_loss xent softmax "
    "sparse_categorical_crossentropy softmax_cross_entropy label_smoothing_cross_entropy",
    "HuberLoss": "huber",
    "KLDivLoss": "kl_divergence kld kl",
    "L1Loss": "mae mean_absolute_error",
    "MSELoss": "mse mean_squared_error l2 l2_loss",
    "MultiMarginLoss": "hinge categorical_hinge",
    "SGD": "momentum nesterov momentum_optimizer",
    "GradientDescent": "gd",
    "StepLR": "step step_decay",
    "MultiStepLR": "multistep piecewise_constant_decay multi_step",
    "ExponentialLR": "exponential exponential_decay",
    "CosineAnnealingLR": "cosine cosine_decay cosine_annealing cosine_scheduler",
    "CosineAnnealingWarmRestarts": "cosine_decay_restarts sgdr cosine_restarts",
    "OneCycleLR": "one_cycle fit_one_cycle one_cycle_scheduler super_convergence",
    "CyclicLR": "cyclic triangular clr",
    "LinearLR": "linear linear_warmup warmup",
    "ConstantLR": "constant constant_with_warmup",
    "PolynomialLR": "poly polynomial_decay",
    "ReduceLROnPlateau": "plateau",
    "SequentialLR": "warmup_cosine cosine_with_warmup",
    "accuracy": "acc categorical_accuracy sparse_categorical_accuracy multiclass_accuracy top1",
    "top_k_accuracy": "top5 top_5 top_5_accuracy top_k_categorical_accuracy topk top5_accuracy",
    "f1": "f1_score fbeta macro_f1",
    "per_class_accuracy": "class_accuracy recall mean_class_accuracy",
    "confusion_matrix": "cm",
    "auroc": "auc roc_auc roc_auc_score roc_auc_ovr rocauc",
    "average_precision": "average_precision_score pr_auc auprc",
    "brier_score": "brier brier_score_loss",
    "calibration_error": "ece expected_calibration_error",
    "log_loss": "nll negative_log_likelihood neg_log_loss",
    "views": "tta test_time_augmentation augment",
    "grad_cam": "gradcam saliency heatmap heat_map attribution explain cam",
    # arguments
    "alpha": "rho decay_rate",
    "betas": "beta1 beta_1 beta2 beta_2 adam_betas beta",
    "bias": "use_bias",
    "degrees": "angle rotation limit rotate_limit",
    "dilation": "dilation_rate rate atrous_rate",
    "dim": "axis",
    "eps": "epsilon adam_epsilon",
    "eta_min": "min_lr lr_min end_lr final_lr lrf",
    "factor": "gamma",
    "gamma": "lr_decay decay_rate decay factor lr_gamma",
    "id": "name layer_name",
    "in_channels": "in_channel input_channels in_ch c_in in_planes inplanes",
    "in_features": "input_features in_dim input_dim fan_in in_channels",
    "input": "inputs bottom",
    "k": "topk top_k top",
    "kernel_size": "kernel ksize pool_size filter_size window size kernel_shape",
    "label_smoothing": "smoothing smooth",
    "layer_decay": "layerwise_lr_decay layer_wise_lr_decay layer_lr_decay llrd lr_layer_decay "
    "layerwise_learning_rate_decay",
    "lr": "learning_rate lr0 base_lr lr_max max_lr eta initial_lr",
    "max_lr": "lr lr_max max_learning_rate",
    "mean": "means",
    "milestones": "boundaries decay_epochs lr_steps",
    "momentum": "momentum_decay",
    "negative_slope": "alpha slope leak",
    "num_features": "channels in_channels out_channels",
    "out_channels": "filters out_channel output_channels num_filters out_ch c_out n_filters planes "
    "width num_output out_planes nf out_features units",
    "out_features": "units out_dim output_dim num_classes hidden_units num_outputs size out "
    "hidden_size out_channels n_out num_output",
    "output_size": "output_shape size",
    "p": "rate prob probability drop_rate dropout_rate drop_prob keep_prob always_apply drop",
    "parameters": "params parameter_names",
    "patience": "early_stopping_patience",
    "per": "interval by_epoch",
    "pct_start": "warmup_ratio warmup_pct",
    "scale_factor": "scale",
    "size": "image_size img_size height width imgsz resize target_size input_size",
    "start_factor": "warmup_factor warmup_start_factor",
    "std": "stds variance stddev",
    "step_size": "step decay_steps steps every step_epochs lr_step_size decay_epochs",
    "stride": "strides step",
    "T_0": "first_decay_steps restart_every",
    "T_max": "t_initial total_epochs epochs max_epochs decay_steps",
    "type": "class_name class_path cls kind",
    "total_iters": "warmup_epochs warmup_iters warmup_steps",
    "total_steps": "max_steps num_training_steps",
    "trainable": "freeze frozen requires_grad",
    "weight": "class_weight class_weights weights pos_weights",
    "weight_decay": "wd decay l2 l2_regularization l2_reg weightdecay kernel_regularizer",
    "weights": "pretrained weight checkpoint",
}  # fmt: skip

_REASONS = {
    "images are decoded once and kept; batches need no workers":
        "num_workers workers n_workers dataloader_num_workers num_worker pin_memory "
        "persistent_workers prefetch_factor prefetch workers_per_gpu cache cache_dataset "
        "dataloader_pin_memory use_multiprocessing pin_mem timeout collate_fn worker_init_fn",
    "it is a callback: callbacks: [{type: EarlyStopping, patience: 3}], with a `monitor`":
        "early_stopping earlystopping early_stop early_stopping_rounds",
    "every run writes its log and its page into the run directory":
        "logging log log_level log_dir",
    "it is a tracker, at the top level: trackers: [TensorBoard]":
        "logger loggers tensorboard wandb mlflow comet report_to use_wandb",
    "where a run is written is an option of the command: --run-dir":
        "output_dir work_dir save_dir out_dir default_root_dir checkpoint_dir run_dir results_dir "
        "exist_ok overwrite output_directory logging_dir",
    "the weights are written by a stage of their own: save":
        "save_period save_every save_strategy save_steps enable_checkpointing checkpointing "
        "checkpoint_every save_freq save_interval save_total_limit",
    "the validation split is measured after every epoch where train has a `monitor`":
        "val_interval check_val_every_n_epoch val_check_interval eval_every eval_strategy "
        "evaluation_strategy validation_freq val_every do_eval eval_steps eval_interval",
    "load_data gives all splits: its `validation_split` sets images aside, or the folder has a val":
        "validation_data val_data val_dataset valid_dataset val_dataloader val_loader eval_dataset "
        "validation_dataset test_dataset test_data val_pipeline test_pipeline",
    "it is an average of the weights: averaging: {type: EMA, decay: 0.999} in train":
        "ema model_ema swa use_ema ema_decay",
    "a run uses one device":
        "strategy num_nodes world_size ddp distributed n_gpu num_gpus sync_batchnorm "
        "local_rank nproc_per_node dist_backend launcher model_wrapper_cfg",
    "nothing is compiled":
        "compile torch_compile jit use_compile cudnn_benchmark",
    "a run is drawn from its seed alone, and can be repeated":
        "deterministic benchmark cudnn_deterministic generator",
    "it is one of the transforms, the last: {type: MixUp, alpha: 0.2} or CutMix":
        "mixup cutmix mixup_alpha cutmix_alpha mixup_prob label_mixing",
    "train begins at its first epoch; `load` gives it the weights of an earlier run":
        "initial_epoch start_epoch resume_from_checkpoint last_epoch begin_epoch",
    "an epoch takes all training images; train counts batches by `steps`":
        "steps_per_epoch limit_train_batches overfit_batches limit_val_batches fast_dev_run "
        "validation_steps num_batches max_train_steps subset_size fraction",
    "a warmup is a scheduler: LinearLR, and SequentialLR where another one follows":
        "warmup warmup_epochs warmup_steps warmup_iters warmup_lr warmup_momentum",
    "an activation is a layer of its own: write ReLU as the next one":
        "activation act act_layer act_cfg nonlin activation_fn",
    "a normalization is a layer of its own: write BatchNorm2d as the next one":
        "norm norm_layer norm_cfg batch_norm use_bn use_batchnorm normalization bn",
    "normalizing is one of the transforms: {type: Normalize, mean: [...], std: [...]}":
        "normalize normalise normalize_mean normalize_std",
    "a dropout is a layer of its own: write Dropout as the next one":
        "dropout dropout_rate drop_rate drop",
    "how parameters begin is said by `initialize`":
        "kernel_initializer weight_init init_cfg bias_initializer init_weights initializer",
    "the network takes what the data gives: `Resize` among the transforms sets the size of images":
        "imgsz img_size image_size input_resolution target_size crop_pct",
    "images are [channels, height, width] everywhere":
        "data_format channels_first image_mode color_mode input_format",
    "the loss takes logits, and labels are the classes' numbers":
        "from_logits label_mode one_hot to_categorical sparse",
    "Hydra's list of files: `extends: FILE` lays this file over another one":
        "defaults",
    "a pipeline imports nothing: `cifar-pipe components` lists what may be named":
        "custom_imports imports plugins trust_remote_code",
    "every stage that is written runs, in the order of the file":
        "do_train do_predict task default_scope hydra",
}  # fmt: skip


def letters(word: str) -> str:
    """The word without what people write in several ways: case, `_`, `-`."""
    return re.sub(r"[\W_]", "", word).casefold()


def _by_word(rows: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for row, words in rows.items():
        for word in words.split():
            # Two words of a row may have the same letters.
            found.setdefault(letters(word), {})[row] = None
    return {word: tuple(ours) for word, ours in found.items()}


@cache
def habits() -> Mapping[str, Sequence[str]]:
    """Our words for each word of others, which is written without case and `_`."""
    return _by_word(_OURS)


_reasons = cache(lambda: _by_word(_REASONS))


def reason(word: str) -> str | None:
    """Why there is no such setting, and what there is instead."""
    return next(iter(_reasons().get(letters(word), ())), None)
