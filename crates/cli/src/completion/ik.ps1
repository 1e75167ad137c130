# Completion of `ik` for PowerShell: printed by `ik completion powershell`.
Register-ArgumentCompleter -Native -CommandName ik -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @(
        $commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
            ForEach-Object {
                if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value }
                else { $_.Extent.Text }
            }
    )
    # The sign before the current word lets an empty one through.
    $reply = @(& (Get-Command -CommandType Application ik)[0] __complete powershell "=$wordToComplete" @before 2>$null)
    if ($reply.Count -eq 0 -or $reply[0] -eq 'files') { return }
    $reply | Select-Object -Skip 1 | ForEach-Object {
        $word, $about = $_ -split "`t", 2
        if (-not $about) { $about = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $about)
    }
}
