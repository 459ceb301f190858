using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Doctor;

/// <summary>Whether files with a master key may be read by others on this machine.</summary>
internal sealed class MasterKeyFileCheck : ICheck
{
    public string Name => "master key file";

    public Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        var options = subject.Configuration.GetSection(MasterKeyOptions.Section);
        string[] files =
        [
            .. new[] { options[nameof(MasterKeyOptions.MasterKeyFile)], options[nameof(MasterKeyOptions.PreviousMasterKeyFile)] }
                .OfType<string>().Where(File.Exists),
        ];
        if (files is [] || OperatingSystem.IsWindows())
        {
            findings.Skip(Name, "there is none");
            return Task.CompletedTask;
        }

        foreach (var file in files)
        {
            var mode = File.GetUnixFileMode(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file);
            findings.WarnIf(
                (mode & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite)) != 0, Name, $"{file}: {mode}",
                "Let only the server's user, or its group, read it: chmod 0440.");
        }

        return Task.CompletedTask;
    }
}
