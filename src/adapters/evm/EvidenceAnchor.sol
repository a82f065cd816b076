// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Heads of evidence logs, one root for one size, kept by a consortium
/// @notice Holds no personal data: a log's name is the Keccak-256 of its origin, a root is a hash
/// over salted commitments. What it adds to witnesses is a total order across logs, a public list
/// of members, and a place where a fork is published (docs/specs/anchor.md).
contract EvidenceAnchor {
    enum Change { AdmitMember, RemoveMember, HandOverLog, ConvictLog, AcquitLog }

    struct Head { uint64 size; address keeper; bool convicted; }

    struct Proposal { Change change; address subject; bytes32 log; uint64 executableAt; bool executed; }

    uint256 public constant membersMax = 64;

    /// @dev Slot 0, which proofs of storage rely on: never put a variable before it.
    mapping(bytes32 log => mapping(uint64 size => bytes32 root)) private roots;
    mapping(bytes32 log => Head head) public heads;
    mapping(address member => bool admitted) public isMember;
    address[] private members;
    Proposal[] private proposals;
    mapping(uint256 proposal => mapping(address member => bool agreed)) private agreed;
    uint64 public immutable delaySeconds;

    event Anchored(bytes32 indexed log, uint64 indexed size, bytes32 root, address keeper);
    event ForkReported(bytes32 indexed log, uint64 size, bytes32 known, bytes32 other, bytes32 notes, address by);
    event Proposed(uint256 indexed proposal, Change change, address subject, bytes32 log, uint64 executableAt);
    event Agreed(uint256 indexed proposal, address member);
    event Executed(uint256 indexed proposal);

    error NotMember();
    error NotKeeper(address keeper);
    error OtherRoot(bytes32 known);
    error NotGrown(uint64 size);
    error Convicted();
    error Malformed();
    error NotYet();

    modifier onlyMember() {
        if (!isMember[msg.sender]) revert NotMember();
        _;
    }

    constructor(address[] memory founders, uint64 delay) {
        if (founders.length == 0) revert Malformed();
        for (uint256 i = 0; i < founders.length; i++) admit(founders[i]);
        delaySeconds = delay;
    }

    /// @notice Anchors a head. The first member that anchors a log keeps it from then on. The same
    /// head again changes nothing; another root for a size, or a smaller size, is refused.
    function anchor(bytes32 log, uint64 size, bytes32 root) external onlyMember {
        if (size == 0 || root == 0) revert Malformed();
        Head storage head = heads[log];
        if (head.convicted) revert Convicted();
        bytes32 known = roots[log][size];
        if (known == root) return;
        if (known != 0) revert OtherRoot(known);
        if (head.keeper == address(0)) head.keeper = msg.sender;
        if (head.keeper != msg.sender) revert NotKeeper(head.keeper);
        if (size <= head.size) revert NotGrown(head.size);
        head.size = size;
        roots[log][size] = root;
        emit Anchored(log, size, root, msg.sender);
    }

    function rootOf(bytes32 log, uint64 size) external view returns (bytes32) {
        return roots[log][size];
    }

    /// @notice Publishes that a member has seen another root. Both signed notes stay outside; their
    /// digest says which are meant. It accuses; only a vote convicts.
    function reportFork(bytes32 log, uint64 size, bytes32 other, bytes32 notes) external onlyMember {
        bytes32 known = roots[log][size];
        if (known == 0 || other == 0 || known == other) revert Malformed();
        emit ForkReported(log, size, known, other, notes, msg.sender);
    }

    /// @notice Any member proposes; more than half of the members of the day must agree, and the
    /// delay must be over, before anybody executes it.
    function propose(Change change, address subject, bytes32 log) external onlyMember returns (uint256 id) {
        id = proposals.length;
        uint64 executableAt = uint64(block.timestamp) + delaySeconds;
        proposals.push(Proposal(change, subject, log, executableAt, false));
        emit Proposed(id, change, subject, log, executableAt);
        agree(id);
    }

    function agree(uint256 id) public onlyMember {
        if (id >= proposals.length || proposals[id].executed) revert Malformed();
        agreed[id][msg.sender] = true;
        emit Agreed(id, msg.sender);
    }

    function execute(uint256 id) external onlyMember {
        if (id >= proposals.length) revert Malformed();
        Proposal storage proposal = proposals[id];
        if (proposal.executed) revert Malformed();
        if (block.timestamp < proposal.executableAt || 2 * ayesOf(id) <= members.length) revert NotYet();
        proposal.executed = true;
        if (proposal.change == Change.AdmitMember) admit(proposal.subject);
        else if (proposal.change == Change.RemoveMember) remove(proposal.subject);
        else if (proposal.change == Change.HandOverLog) handOver(proposal.log, proposal.subject);
        else heads[proposal.log].convicted = proposal.change == Change.ConvictLog;
        emit Executed(id);
    }

    function memberList() external view returns (address[] memory) {
        return members;
    }

    /// @dev Counted when it is executed: who has left since has no voice in it.
    function ayesOf(uint256 id) public view returns (uint256 ayes) {
        for (uint256 i = 0; i < members.length; i++) if (agreed[id][members[i]]) ayes++;
    }

    function admit(address member) private {
        if (member == address(0) || isMember[member] || members.length >= membersMax) revert Malformed();
        isMember[member] = true;
        members.push(member);
    }

    function remove(address member) private {
        if (!isMember[member] || members.length == 1) revert Malformed();
        isMember[member] = false;
        for (uint256 i = 0; i < members.length; i++) {
            if (members[i] != member) continue;
            members[i] = members[members.length - 1];
            members.pop();
            return;
        }
    }

    function handOver(bytes32 log, address keeper) private {
        if (!isMember[keeper]) revert Malformed();
        heads[log].keeper = keeper;
    }
}
