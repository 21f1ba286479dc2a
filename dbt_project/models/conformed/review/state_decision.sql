-- Grain: one row per row of state/decisions.csv in the data folder (本地人工判定); none where there is no such file.
{{ state_decisions() }}
