# The figures of bench_stats_r.py in R: a line each with its name, value and CPU seconds.
suppressMessages({library(nlme); library(emmeans); library(survival)})
folder <- commandArgs(TRUE)[1]
two <- read.csv(file.path(folder, "two.csv"), stringsAsFactors = TRUE)
visits <- read.csv(file.path(folder, "visits.csv"), stringsAsFactors = TRUE)
visits$V <- factor(visits$AVISITN)
say <- function(name, work) {
  seconds <- system.time(value <- work())[["user.self"]]
  cat(sprintf("%s %.17g %.3f\n", name, value, seconds))
}
a <- two$AVAL[two$ARM == "A"]
b <- two$AVAL[two$ARM == "B"]
change <- round(two$CHG)
responses <- table(two$ARM, two$RESP)
events <- responses[, "Y"]
sizes <- rowSums(responses)

say("rank_sum_exact", function() exactRankTests::wilcox.exact(a, b, exact = TRUE)$p.value)
say("rank_sum_exact_coin", function()
  as.numeric(coin::pvalue(coin::wilcox_test(AVAL ~ ARM, two, distribution = "exact"))))
say("rank_sum_corrected", function() wilcox.test(a, b, exact = FALSE, correct = TRUE)$p.value)
shift <- NULL
say("hodges_lehmann_lower", function() {
  shift <<- wilcox.test(CHG ~ ARM, two, exact = TRUE, conf.int = TRUE)
  shift$conf.int[1]
})
say("hodges_lehmann_upper", function() shift$conf.int[2])
say("hodges_lehmann_shift", function() shift$estimate[[1]])
say("kruskal_wallis", function() kruskal.test(AVAL ~ SITE, two)$statistic[[1]])
say("signed_rank_exact", function() exactRankTests::wilcox.exact(change[1:18], exact = TRUE)$p.value)
say("t_satterthwaite", function() t.test(a, b)$p.value)
say("t_pooled", function() t.test(a, b, var.equal = TRUE)$p.value)
say("percentile_5", function() quantile(two$AVAL, 0.05, type = 2)[[1]])
say("cmh", function() mantelhaen.test(table(two$ARM, two$RESP, two$SITE), correct = FALSE)$statistic[[1]])
say("cmh_row_means", function() vcdExtra::CMHtest(table(two$ARM, two$GRADE, two$SITE), overall = TRUE)$ALL$table["rmeans", "Chisq"])
say("common_odds_ratio", function() mantelhaen.test(table(two$ARM, two$RESP, two$SITE))$estimate[[1]])
say("common_odds_ratio_lower", function() mantelhaen.test(table(two$ARM, two$RESP, two$SITE))$conf.int[1])
say("fisher_rxc", function() fisher.test(table(two$ARM, two$GRADE), workspace = 2e7)$p.value)
say("odds_ratio_exact_lower", function() fisher.test(responses)$conf.int[1])
say("chi_square", function() chisq.test(table(two$SITE, two$GRADE), correct = FALSE)$statistic[[1]])
say("mcnemar", function() mcnemar.test(table(two$RESP, two$RESP2), correct = FALSE)$statistic[[1]])
say("kappa_weighted", function() vcd::Kappa(table(two$GRADE, two$GRADE2), weights = "Equal-Spacing")$Weighted[[1]])
say("kappa_weighted_se", function() vcd::Kappa(table(two$GRADE, two$GRADE2), weights = "Equal-Spacing")$Weighted[[2]])
say("wilson_lower", function() prop.test(events[1], sizes[1], correct = FALSE)$conf.int[1])
say("wilson_corrected_upper", function() prop.test(events[1], sizes[1], correct = TRUE)$conf.int[2])
say("clopper_pearson_lower", function() binom.test(events[1], sizes[1])$conf.int[1])
say("risk_difference_wald_lower", function() prop.test(events, sizes, correct = FALSE)$conf.int[1])
say("risk_difference_corrected_lower", function() prop.test(events, sizes, correct = TRUE)$conf.int[1])
say("rate_exact_upper", function() poisson.test(17, 123.4)$conf.int[2])
say("rate_ratio_exact_lower", function() poisson.test(c(17, 9), c(123.4, 140))$conf.int[1])
say("kaplan_meier_lower", function() {
  fit <- survfit(Surv(TIME, EVENT) ~ 1, two, conf.type = "log-log")
  summary(fit, times = 10)$lower
})
say("log_rank_stratified", function() survdiff(Surv(TIME, EVENT) ~ ARM + strata(SITE), two)$chisq)
say("cox_efron", function() coef(coxph(Surv(TIME, EVENT) ~ BASE + (ARM == "A"), two))[[2]])
say("cox_breslow_se", function() sqrt(diag(vcov(coxph(Surv(TIME, EVENT) ~ BASE + (ARM == "A"), two, ties = "breslow"))))[[2]])
logistic <- NULL
say("logistic", function() {
  logistic <<- glm(RESP == "Y" ~ BASE + (ARM == "A"), binomial, two, control = list(epsilon = 1e-14))
  coef(logistic)[[3]]
})
say("logistic_se", function() sqrt(diag(vcov(logistic)))[[3]])
say("ls_mean", function() {
  fit <- lm(CHG ~ ARM + SITE + BASE, two)
  as.data.frame(emmeans(fit, "ARM"))$emmean[1]
})
fit <- NULL
control <- glsControl(tolerance = 1e-10, msTol = 1e-12, msMaxIter = 500, maxIter = 500, returnObject = FALSE)
say("mmrm_neg2_log_likelihood", function() {
  fit <<- gls(CHG ~ ARM * V + BASE, visits, correlation = corSymm(form = ~ VISIT | USUBJID),
    weights = varIdent(form = ~ 1 | V), method = "REML", control = control)
  -2 * as.numeric(logLik(fit))
})
say("mmrm_ls_mean", function() as.data.frame(emmeans(fit, ~ ARM * V, mode = "df.error", nesting = NULL))$emmean[1])
say("mmrm_ar1_ml", function() -2 * as.numeric(logLik(gls(CHG ~ ARM * V + BASE, visits,
  correlation = corAR1(form = ~ VISIT | USUBJID), method = "ML", control = control))))
say("mmrm_csh", function() -2 * as.numeric(logLik(gls(CHG ~ ARM * V + BASE, visits,
  correlation = corCompSymm(form = ~ VISIT | USUBJID), weights = varIdent(form = ~ 1 | V), method = "REML",
  control = control))))
# A random intercept is compound symmetry. pbkrtest takes the expected information where PROC MIXED takes the observed
# one; with all visits of all subjects, at the optimum, they are the same.
complete <- visits[ave(visits$AVISITN, visits$USUBJID, FUN = length) == 4, ]
large <- NULL
say("mmrm_cs_kenward_roger_f", function() {
  large <<- lme4::lmer(CHG ~ ARM + V + BASE + (1 | USUBJID), complete,
    control = lme4::lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))
  pbkrtest::KRmodcomp(large, update(large, . ~ . - V))$test["Ftest", "stat"]
})
say("mmrm_cs_kenward_roger_df", function()
  pbkrtest::KRmodcomp(large, update(large, . ~ . - V))$test["Ftest", "ddf"])
